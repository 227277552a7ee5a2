"""Scenes for where an item stands, which everybody reads and nobody sets."""

from collections.abc import Awaitable, Callable

from tests.security.scenes import Cast, Scene
from tests.security.scenes_items import PATH, said


def reading(what: str) -> Callable[[Cast], Awaitable[Scene]]:
    """A scene in which this is read of somebody's item."""

    async def scene(cast: Cast) -> Scene:
        return Scene(f"{await said(cast, by_the_hat=False)}/{what}")

    return scene


SCENES = {f"GET {PATH}/{{item_id}}/{what}": reading(what) for what in ("status", "thread")}
