"""The Senate's partners and the data hub beside them, and areas that are loaded already."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.datahub.areas.reading.files import read_json
from services.datahub.areas.reading.schematic import schematic
from shared.database import Sessions, engine_on, sessions_on
from tests.conftest import url
from tests.datahub.lor import collection, take_in, town
from tests.datahub.partners import Datahub, Partners, partners


@pytest.fixture
def stub() -> Iterator[Partners]:
    with partners() as running:
        yield running


@pytest.fixture
async def hub(
    own_database: Callable[[str], str],
    own_engine: Callable[[str], AsyncEngine],
    stub: Partners,
) -> AsyncIterator[Datahub]:
    database = own_database("datahub")
    engine = engine_on(url(database, "datahub_service"))
    gateway = sessions_on(own_engine("gateway"))
    yield Datahub(database, {"datahub": sessions_on(engine), "gateway": gateway}, stub)
    await engine.dispose()


@pytest.fixture
async def district(sessions: dict[str, Sessions]) -> None:
    """The schematic Steglitz-Zehlendorf is loaded."""
    await take_in(sessions["datahub"], schematic())


@pytest.fixture
async def small_town(sessions: dict[str, Sessions]) -> None:
    """Three squares are loaded as real areas."""
    reading = read_json("town_2021.geojson", "0" * 64, collection(town()))
    await take_in(sessions["datahub"], reading)
