"""Scenes for committees: convened by the hat's unit, with a seat for it, or neither."""

from typing import Any
from uuid import uuid4

from shared.authority import Role
from tests.security.scenes import AREA, MINE, OTHER, THIRD, Cast, Scene

PATH = "/registry/v1/committees"
TAKEN = {"post": "Jugendhilfeplanung"}


def draft() -> dict[str, Any]:
    return {
        "code": f"ag_{uuid4().hex}",
        "name": "AG Prüfung",
        "kind": "working_group",
        "body": "06",
        "areas": [AREA],
    }


async def convened_by(cast: Cast, unit: str) -> tuple[str, dict[str, str]]:
    """The address of a committee of `unit`, and the header that says which state is meant."""
    client = cast.somebody(Role.DISTRICT_COORDINATION, unit)
    answer = await client.post(PATH, json=draft())
    address = f"{PATH}/{answer.raise_for_status().json()['code']}"
    return address, {"if-match": (await client.get(address)).headers["etag"]}


async def seat_for(cast: Cast, unit: str) -> tuple[str, str]:
    """The address of a committee, and of a seat in it that waits for `unit`."""
    committee, _ = await convened_by(cast, OTHER)
    client = cast.somebody(Role.DISTRICT_COORDINATION, OTHER)
    answer = await client.post(f"{committee}/seats", json={"addressee": unit})
    return committee, f"{committee}/seats/{answer.raise_for_status().json()['id']}"


async def convened(cast: Cast) -> Scene:
    """A new row speaks for its maker; the only foreign try is to slip a unit in."""
    return Scene(PATH, draft() if cast.own else draft() | {"unit": OTHER}, foreign=422)


async def read(cast: Cast) -> Scene:
    address, _ = await convened_by(cast, cast.unit)
    return Scene(address)


async def revised(cast: Cast) -> Scene:
    address, tag = await convened_by(cast, cast.unit)
    return Scene(address, {"mandate": "Prüft."}, tag)


async def invited(cast: Cast) -> Scene:
    address, _ = await convened_by(cast, cast.unit)
    return Scene(f"{address}/seats", {"addressee": THIRD})


async def memberships_read(cast: Cast) -> Scene:
    _, seat = await seat_for(cast, MINE if cast.own else THIRD)
    return Scene(f"{seat}/memberships")


async def taken(cast: Cast) -> Scene:
    _, seat = await seat_for(cast, MINE if cast.own else THIRD)
    return Scene(f"{seat}/memberships", TAKEN)


async def ended(cast: Cast) -> Scene:
    unit = MINE if cast.own else THIRD
    committee, seat = await seat_for(cast, unit)
    answer = await cast.somebody(Role.PARTNER, unit).post(f"{seat}/memberships", json=TAKEN)
    return Scene(f"{committee}/memberships/{answer.raise_for_status().json()['id']}/end", {})


SCENES = {
    f"POST {PATH}": convened,
    f"GET {PATH}/{{code}}": read,
    f"PATCH {PATH}/{{code}}": revised,
    f"POST {PATH}/{{code}}/seats": invited,
    f"GET {PATH}/{{code}}/seats/{{seat_id}}/memberships": memberships_read,
    f"POST {PATH}/{{code}}/seats/{{seat_id}}/memberships": taken,
    f"POST {PATH}/{{code}}/memberships/{{membership_id}}/end": ended,
}
