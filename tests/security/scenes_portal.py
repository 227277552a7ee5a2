"""Scenes for the gateway's own pages, which are the same for everybody."""

from tests.security.scenes import Cast, Scene


async def asset(_: Cast) -> Scene:
    return Scene("/docs/assets/kiezknoten.css")


async def problem(_: Cast) -> Scene:
    return Scene("/problems/not-yours")


async def explained(_: Cast) -> Scene:
    return Scene("/authority/check?hat=lead@06.jugendamt&act=answer.publish")


SCENES = {
    "GET /authority/check": explained,
    "GET /docs/assets/{name}": asset,
    "GET /problems/{slug}": problem,
}
