"""Scenes for routing: proposed by the hat's unit, to the hat's unit, or neither."""

from shared.authority import Role
from tests.security.scenes import OTHER, THIRD, Cast, Scene
from tests.security.scenes_items import PATH as ITEMS
from tests.security.scenes_items import said

PATH = "/participation/v1/routings"
REASON = "Es liegt nahe."
ACCEPTED = {"outcome": "accepted"}
PASSED_ON = {"reason": REASON, "named_unit": OTHER}


async def routed(cast: Cast, *, by: str, to: str) -> str:
    """A proposal of one unit to another."""
    item = await said(cast, by_the_hat=False)
    client = cast.somebody(Role.DISTRICT_COORDINATION, by)
    draft = {"addressee": to, "reason": REASON}
    answer = await client.post(f"{item}/routings", json=draft)
    return f"{PATH}/{answer.raise_for_status().json()['id']}"


async def accepted(cast: Cast, unit: str) -> str:
    """A proposal that this unit has accepted."""
    routing = await routed(cast, by=THIRD, to=unit)
    client = cast.somebody(Role.SPECIALIST, unit)
    (await client.post(f"{routing}/replies", json=ACCEPTED)).raise_for_status()
    return routing


async def proposed(cast: Cast) -> Scene:
    body = {"addressee": THIRD, "reason": REASON}
    path = f"{await said(cast, by_the_hat=False)}/routings"
    return Scene(path, body if cast.own else body | {"unit": OTHER}, foreign=422)


async def of_item(cast: Cast) -> Scene:
    return Scene(f"{await said(cast, by_the_hat=False)}/routings")


async def read(cast: Cast) -> Scene:
    return Scene(await routed(cast, by=OTHER, to=THIRD))


async def withdrawn(cast: Cast) -> Scene:
    return Scene(f"{await routed(cast, by=cast.unit, to=THIRD)}/withdrawal")


async def replied(cast: Cast) -> Scene:
    return Scene(f"{await routed(cast, by=THIRD, to=cast.unit)}/replies", ACCEPTED)


async def handed_over(cast: Cast) -> Scene:
    body = PASSED_ON | {"named_unit": THIRD}
    return Scene(f"{await accepted(cast, cast.unit)}/handovers", body)


SCENES = {
    f"POST {ITEMS}/{{item_id}}/routings": proposed,
    f"GET {ITEMS}/{{item_id}}/routings": of_item,
    f"GET {PATH}/{{routing_id}}": read,
    f"POST {PATH}/{{routing_id}}/withdrawal": withdrawn,
    f"POST {PATH}/{{routing_id}}/replies": replied,
    f"POST {PATH}/{{routing_id}}/handovers": handed_over,
}
