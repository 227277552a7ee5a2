"""Scenes for districts: entered by the seed, read by everybody."""

from tests.registry.districts import a_district
from tests.security.scenes import Cast, Scene


async def read(cast: Cast) -> Scene:
    await a_district(cast.house.services["registry"].state.sessions)
    return Scene("/registry/v1/bodies/06")


SCENES = {"GET /registry/v1/bodies/{key}": read}
