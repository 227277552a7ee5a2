"""Every SQL statement about routing. Row policies decide what each finds."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.participation.routing.model import ACCEPTED, Handover, Routing, RoutingReply
from services.participation.routing.rules import Hop
from shared.lookup import all_with, with_id
from shared.paging import Found, Paging, one_page
from shared.problems import NotFound


async def one(session: AsyncSession, routing_id: UUID) -> Routing:
    """The proposal with this id."""
    routing = await with_id(session, Routing, routing_id)
    if routing is None:
        raise NotFound
    return routing


async def newest(
    session: AsyncSession,
    paging: Paging,
    *,
    item_id: UUID | None = None,
    addressee: str | None = None,
    open_only: bool = False,
) -> Found[Routing]:
    """The latest proposals first; of one item, to one unit, or those without a reply."""
    statement = select(Routing)
    if item_id:
        statement = statement.where(col(Routing.item_id) == item_id)
    if addressee:
        statement = statement.where(col(Routing.addressee) == addressee)
    if open_only:
        replied = exists().where(col(RoutingReply.routing_id) == col(Routing.id))
        statement = statement.where(col(Routing.withdrawn_at).is_(None), ~replied)
    return await one_page(session, Routing, paging, statement)


async def of_item(session: AsyncSession, item_id: UUID) -> list[Hop]:
    """Every proposal for an item with what became of it, in order."""
    return await hops(session, await all_with(session, Routing, col(Routing.item_id), [item_id]))


async def acceptances(session: AsyncSession, item_id: UUID) -> list[RoutingReply]:
    """By which replies units have the item in hand: accepted, and not passed on since."""
    passed_on = exists().where(col(Handover.acceptance_id) == col(RoutingReply.id))
    statement = select(RoutingReply).where(
        col(RoutingReply.item_id) == item_id, col(RoutingReply.outcome) == ACCEPTED, ~passed_on
    )
    return list(await session.scalars(statement.order_by(col(RoutingReply.id))))


async def hops(session: AsyncSession, routings: Sequence[Routing]) -> list[Hop]:
    """These proposals with what became of them."""
    proposed = [routing.id for routing in routings]
    replies = await all_with(session, RoutingReply, col(RoutingReply.routing_id), proposed)
    reply_to = {reply.routing_id: reply for reply in replies}
    accepted = [reply.id for reply in replies]
    handovers = await all_with(session, Handover, col(Handover.acceptance_id), accepted)
    passed_on = {handover.acceptance_id: handover for handover in handovers}
    return [_hop(routing, reply_to.get(routing.id), passed_on) for routing in routings]


def _hop(routing: Routing, reply: RoutingReply | None, passed_on: dict[UUID, Handover]) -> Hop:
    return Hop(routing, reply, passed_on.get(reply.id) if reply else None)
