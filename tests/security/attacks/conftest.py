"""One started platform for all attacks; what is tried on it must leave it unharmed."""

from collections.abc import Iterator

import pytest

from tests.journeys.started import Started, a_platform


@pytest.fixture(scope="session")
def platform() -> Iterator[Started]:
    with a_platform() as started:
        yield started
