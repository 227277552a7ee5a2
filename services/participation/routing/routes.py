"""HTTP for routing: parse, call, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.participation.items import queries as items
from services.participation.routing import actions, queries, rules
from services.participation.routing.rules import Hop
from services.participation.routing.schema import (
    HandoverDraft,
    HandoverView,
    RoutingDraft,
    RoutingReplyDraft,
    RoutingReplyView,
    RoutingView,
)
from shared.access import CurrentCaller
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter
from shared.wire import UnitCode

router = SliceRouter("", tag="routing")


def shown(hop: Hop) -> RoutingView:
    """A proposal and what became of it."""
    return RoutingView.model_validate(
        hop.routing.model_dump()
        | {"standing": rules.standing(hop), "reply": hop.reply, "handover": hop.handover}
    )


@router.get("/routings", act="routing.read")
async def browse(
    session: Session,
    paging: Paged,
    addressee: UnitCode | None = None,
    unanswered: Annotated[bool, Query(description="only those without a reply")] = False,
) -> Page[RoutingView]:
    """Proposals, the latest first; `addressee` and `unanswered` show what waits for an office."""
    found = await queries.newest(session, paging, addressee=addressee, open_only=unanswered)
    hops = {hop.routing.id: hop for hop in await queries.hops(session, found.records)}
    return found.shown(lambda routing: shown(hops[routing.id]))


@router.get("/items/{item_id}/routings", act="routing.read")
async def of_item(session: Session, paging: Paged, item_id: UUID) -> Page[RoutingView]:
    """To which offices an item was proposed, and what each said."""
    await items.one(session, item_id)
    found = await queries.newest(session, paging, item_id=item_id)
    hops = {hop.routing.id: hop for hop in await queries.hops(session, found.records)}
    return found.shown(lambda routing: shown(hops[routing.id]))


@router.post("/items/{item_id}/routings", act="routing.propose")
async def propose(
    session: Session, caller: CurrentCaller, item_id: UUID, draft: RoutingDraft
) -> RoutingView:
    """Propose to an office that it takes the item on. It decides itself."""
    return shown(await actions.propose(session, caller, item_id, draft))


@router.get("/routings/{routing_id}", act="routing.read")
async def read(session: Session, routing_id: UUID) -> RoutingView:
    """A proposal and what became of it."""
    routing = await queries.one(session, routing_id)
    return shown((await queries.hops(session, [routing]))[0])


@router.post("/routings/{routing_id}/withdrawal", act="routing.withdraw")
async def withdraw(session: Session, caller: CurrentCaller, routing_id: UUID) -> RoutingView:
    """Take back one's own proposal, as long as the office has not replied."""
    return shown(await actions.withdraw(session, caller, routing_id))


@router.post("/routings/{routing_id}/replies", act="routing.reply")
async def reply(
    session: Session, caller: CurrentCaller, routing_id: UUID, draft: RoutingReplyDraft
) -> RoutingReplyView:
    """Take the item on, or say that it is not yours and whose it is; for the proposed office."""
    answer = await actions.reply(session, caller, routing_id, draft)
    return RoutingReplyView.model_validate(answer)


@router.post("/routings/{routing_id}/handovers", act="routing.hand_over")
async def hand_over(
    session: Session, caller: CurrentCaller, routing_id: UUID, draft: HandoverDraft
) -> HandoverView:
    """Pass on an item that your office had accepted, and say to whom it belongs."""
    return HandoverView.model_validate(await actions.hand_over(session, caller, routing_id, draft))
