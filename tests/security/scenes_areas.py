"""Scenes for areas: they are for everybody to read, and nobody writes them over HTTP."""

from collections.abc import Awaitable, Callable

from services.datahub.areas import actions
from services.datahub.areas.reading.schematic import schematic
from services.datahub.commands import caller
from shared.database import speaking
from tests.security.scenes import AREA, Cast, Scene

PATH = "/datahub/v1/areas"
POINT = {"lon": 13.3085, "lat": 52.4096}


async def loaded(cast: Cast) -> None:
    who = caller()
    async with speaking(cast.house.services["datahub"].state.sessions, who) as session:
        await actions.take_in(session, who, schematic())


def reading(path: str) -> Callable[[Cast], Awaitable[Scene]]:
    """A scene in which areas are loaded and one address is read."""

    async def scene(cast: Cast) -> Scene:
        await loaded(cast)
        return Scene(path)

    return scene


async def located_together(cast: Cast) -> Scene:
    await loaded(cast)
    return Scene(f"{PATH}/locate", {"points": [POINT | {"id": "station"}]})


SCENES = {
    f"GET {PATH}/locate": reading(f"{PATH}/locate?lon=13.3085&lat=52.4096"),
    f"POST {PATH}/locate": located_together,
    f"GET {PATH}/{{version}}/{{key}}": reading(f"{PATH}/2021/{AREA}"),
    f"GET {PATH}/{{version}}/{{key}}/children": reading(f"{PATH}/2021/{AREA[:6]}/children"),
    f"GET {PATH}/{{version}}/{{key}}/ancestors": reading(f"{PATH}/2021/{AREA}/ancestors"),
}
