"""Scenes for items: said by the hat, by its link, or by somebody else."""

from shared.authority import Role
from tests.participation.concern import CONCERN
from tests.security.scenes import OTHER, Cast, Scene

PATH = "/participation/v1/items"
DRAFT = {name: value for name, value in CONCERN.items() if name != "point"} | {"areas": ["062004"]}


async def said(cast: Cast, *, by_the_hat: bool) -> str:
    """An item of the hat, if it is one that submits; else of somebody else in public."""
    author = cast.me() if by_the_hat else cast.house.as_(at="")
    answer = await author.post(PATH, json=DRAFT)
    if answer.status_code in {401, 403}:
        return await said(cast, by_the_hat=False)
    return f"{PATH}/{answer.raise_for_status().json()['id']}"


async def submitted(cast: Cast) -> Scene:
    """A new row speaks for its maker; the only foreign try is to slip a unit in."""
    return Scene(PATH, DRAFT if cast.own else DRAFT | {"unit": OTHER}, foreign=422)


async def recorded(cast: Cast) -> Scene:
    body = DRAFT | {"channel": "phone"}
    return Scene(f"{PATH}/records", body if cast.own else body | {"unit": OTHER}, foreign=422)


async def read(cast: Cast) -> Scene:
    return Scene(await said(cast, by_the_hat=False))


async def withdrawn(cast: Cast) -> Scene:
    return Scene(f"{await said(cast, by_the_hat=cast.own)}/withdrawal")


async def retracted(cast: Cast) -> Scene:
    """What the hat's unit wrote down, or another."""
    clerk = cast.somebody(Role.SPECIALIST, cast.unit)
    answer = await clerk.post(f"{PATH}/records", json=DRAFT | {"channel": "phone"})
    return Scene(f"{PATH}/records/{answer.raise_for_status().json()['id']}/withdrawal")


SCENES = {
    f"POST {PATH}/records/{{item_id}}/withdrawal": retracted,
    f"POST {PATH}": submitted,
    f"POST {PATH}/records": recorded,
    f"GET {PATH}/{{item_id}}": read,
    f"POST {PATH}/{{item_id}}/withdrawal": withdrawn,
}
