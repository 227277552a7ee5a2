"""Scenes for districts and units: kept by the hat's unit, or by another; contacts are one's own."""

from uuid import uuid4

from httpx import codes

from shared.authority import Role
from tests.security.scenes import MINE, OTHER, Cast, Scene

PATH = "/registry/v1/units"
UNIT = {"kind": "office", "name": "Amt für Proben"}


async def entered(cast: Cast, keeper: str, code: str = "") -> str:
    """A unit in the tree that `keeper` keeps; one that is there already stays as it is."""
    code = code or f"06.u{uuid4().hex[:12]}"
    answer = await cast.somebody(Role.STEWARD, keeper).post(PATH, json=UNIT | {"code": code})
    assert answer.status_code in (codes.CREATED, codes.CONFLICT), answer.text
    return code


async def read(cast: Cast) -> Scene:
    return Scene(f"{PATH}/{await entered(cast, cast.unit)}")


async def made(cast: Cast) -> Scene:
    """A new unit is its steward's word; the only foreign try is to slip a unit in."""
    body = UNIT | {"code": f"06.u{uuid4().hex[:12]}"}
    return Scene(PATH, body if cast.own else body | {"unit": OTHER}, foreign=422)


async def renamed(cast: Cast) -> Scene:
    code = await entered(cast, cast.unit)
    return Scene(f"{PATH}/{code}/names", {"name": "Amt für Versuche", "since": "2026-01-01"})


async def attached(cast: Cast) -> Scene:
    code, parent = await entered(cast, cast.unit), await entered(cast, OTHER)
    return Scene(f"{PATH}/{code}/attachments", {"parent": parent, "since": "2026-01-01"})


async def contacted(cast: Cast) -> Scene:
    """Own is the unit that the hat is of, whoever keeps the tree."""
    code = await entered(cast, OTHER, MINE if cast.own else OTHER)
    return Scene(f"{PATH}/{code}/contact", {"phone": "030 12345"})


SCENES = {
    f"GET {PATH}/{{code}}": read,
    f"POST {PATH}": made,
    f"POST {PATH}/{{code}}/names": renamed,
    f"POST {PATH}/{{code}}/attachments": attached,
    f"POST {PATH}/{{code}}/contact": contacted,
}
