"""Scenes for the ledger: said by the hat's unit, addressed to it, or neither."""

from typing import Any

from shared.authority import Hat, Role
from tests.registry import ledger
from tests.security.scenes import AREA, MINE, OTHER, THIRD, Cast, Scene

PATH = "/registry/v1/responsibilities"
REASON = {"reason": "Das liegt bei einer anderen Einheit."}
BOARD = Hat(Role.EXECUTIVE, THIRD)


async def topic(cast: Cast) -> str:
    """A topic of its own for each scene, so that no lead is taken."""
    return str((await ledger.a_topic(cast.house, ledger.a_code()))["code"])


def slipped(cast: Cast, path: str, body: dict[str, Any]) -> Scene:
    """A new row speaks for its maker; the only foreign try is to slip a unit in."""
    return Scene(path, body if cast.own else body | {"unit": OTHER}, foreign=422)


async def said(cast: Cast) -> str:
    """What the hat's unit has confirmed, or another."""
    row = await ledger.a_confirmation(cast.house, cast.unit, topic=await topic(cast), area=AREA)
    return f"{PATH}/{row['id']}"


async def looked_up(cast: Cast) -> Scene:
    row = await ledger.a_confirmation(cast.house, THIRD, topic=await topic(cast), area=AREA)
    return Scene(f"{PATH}/lookup?topic={row['topic']}&area={AREA}")


async def read(cast: Cast) -> Scene:
    return Scene(await said(cast))


async def confirmed(cast: Cast) -> Scene:
    return slipped(cast, f"{PATH}/confirmations", ledger.said(await topic(cast), area=AREA))


async def decided(cast: Cast) -> Scene:
    body = ledger.said(await topic(cast), area=AREA) | {"holder": THIRD}
    return slipped(cast, f"{PATH}/decisions", body)


async def ended(cast: Cast) -> Scene:
    return Scene(f"{await said(cast)}/ending", {})


async def contested(cast: Cast) -> Scene:
    holder = MINE if cast.own else OTHER
    row = await ledger.a_decision(cast.house, holder, hat=BOARD, topic=await topic(cast), area=AREA)
    return Scene(f"{PATH}/{row['id']}/contests", REASON)


async def proposed(cast: Cast) -> Scene:
    body = {"topic": await topic(cast), "area": AREA, "addressee": THIRD, **REASON}
    return slipped(cast, f"{PATH}/proposals", body)


async def proposal(cast: Cast) -> str:
    """A proposal that names the hat's unit, or another."""
    addressee = MINE if cast.own else OTHER
    row = await ledger.a_proposal(
        cast.house, addressee, unit=THIRD, topic=await topic(cast), area=AREA
    )
    return f"{PATH}/proposals/{row['id']}"


async def read_proposal(cast: Cast) -> Scene:
    return Scene(await proposal(cast))


async def contested_proposal(cast: Cast) -> Scene:
    return Scene(f"{await proposal(cast)}/contests", REASON)


SCENES = {
    f"GET {PATH}/lookup": looked_up,
    f"GET {PATH}/{{responsibility_id}}": read,
    f"POST {PATH}/confirmations": confirmed,
    f"POST {PATH}/decisions": decided,
    f"POST {PATH}/{{responsibility_id}}/ending": ended,
    f"POST {PATH}/{{responsibility_id}}/contests": contested,
    f"POST {PATH}/proposals": proposed,
    f"GET {PATH}/proposals/{{proposal_id}}": read_proposal,
    f"POST {PATH}/proposals/{{proposal_id}}/contests": contested_proposal,
}
