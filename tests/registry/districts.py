"""Builders for districts, which only the seed enters."""

from typing import Any

from services.registry.bodies import actions, queries
from services.registry.bodies.schema import BodyDraft, CoordinationSeatDraft
from shared.access import Caller
from shared.authority import PAGE, Hat, Relation, Role
from shared.database import Sessions, speaking


def seeding(unit: str) -> Caller:
    """The seed, speaking for a unit."""
    hat = Hat(Role.STEWARD, unit)
    return Caller("test", hat, PAGE["body.enter"], {Relation.OWN_UNIT}, "test")


async def a_district(sessions: Sessions, **more: Any) -> None:
    """Steglitz-Zehlendorf unless told otherwise, by the Land; one that is there stays."""
    caller = seeding("be.senat")
    draft = BodyDraft.model_validate({"key": "06", "name": "Steglitz-Zehlendorf"} | more)
    async with speaking(sessions, caller) as session:
        if await queries.known(session, draft.key):
            caller.owes.clear()
        else:
            await actions.enter(session, caller, draft)


async def a_seat(sessions: Sessions, draft: CoordinationSeatDraft) -> None:
    """What the Bezirksamt of Steglitz-Zehlendorf found out about its own OE SPK."""
    caller = seeding("06.bezirksamt")
    async with speaking(sessions, caller) as session:
        await actions.state_seat(session, caller, "06", draft)
