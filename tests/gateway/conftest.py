"""A journal for gateways that forward changes: nothing passes that could not be kept."""

from collections.abc import AsyncIterator, Callable

import pytest

from shared.database import engine_on, sessions_on
from tests.conftest import url
from tests.gateway import wires


@pytest.fixture
async def journal(own_database: Callable[[str], str]) -> AsyncIterator[None]:
    """The gateway's own database, migrated for real."""
    engine = engine_on(url(own_database("gateway"), "gateway_service"))
    wires.KEPT.append(sessions_on(engine))
    yield
    wires.KEPT.clear()
    await engine.dispose()
