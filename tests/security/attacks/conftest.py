"""One started platform for all attacks; what is tried on it must leave it unharmed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.journeys.started import Gateway, Started, a_platform
from tests.security.attacks.behind import Liar, Listener


@pytest.fixture(scope="session")
def platform() -> Iterator[Started]:
    with a_platform() as started:
        yield started


@dataclass(frozen=True)
class Walled:
    """A gateway with settings of its own, and services behind it that show what reached them."""

    gateway: Gateway
    listener: Listener
    liar: Liar

    @property
    def address(self) -> str:
        """Where its callers come."""
        return self.gateway.address


@contextmanager
def walled(platform: Started, **settings: str) -> Iterator[Walled]:
    """Registry and participation listen, the data hub lies."""
    with Listener().serving() as listener, Liar().serving() as liar:
        services = {
            "registry": listener.address,
            "participation": listener.address,
            "datahub": liar.address,
        }
        # What reaches a service is looked at; so everything has to.
        settings = {"GATEWAY_CACHE_BYTES": "0"} | settings
        settings["GATEWAY_SERVICES"] = json.dumps(services)
        with platform.another_gateway(**settings) as gateway:
            yield Walled(gateway, listener, liar)


@pytest.fixture(scope="session")
def wall(platform: Started) -> Iterator[Walled]:
    """A gateway as it is by default."""
    with walled(platform) as made:
        yield made


@pytest.fixture(scope="session")
def hasty(platform: Started) -> Iterator[Walled]:
    """A gateway that waits for nobody and goes by certain names."""
    with walled(
        platform,
        GATEWAY_HOSTS='["localhost", "kiez.example", "[::1]"]',
        GATEWAY_DOOR_HEAD_SECONDS="1",
        GATEWAY_DOOR_PIECE_SECONDS="1",
        GATEWAY_DOOR_BODY_SECONDS="2.5",
        GATEWAY_DOOR_ANSWER_SECONDS="1",
    ) as made:
        yield made
