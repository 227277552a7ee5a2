"""What can be done with routing: load, prove the relation, apply the rule, change, note."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.participation.items import actions as on_items
from services.participation.items import queries as items
from services.participation.routing import queries, rules
from services.participation.routing.model import Handover, Routing, RoutingReply
from services.participation.routing.rules import Hop
from services.participation.routing.schema import HandoverDraft, RoutingDraft, RoutingReplyDraft
from shared import journal
from shared.access import Caller
from shared.clock import now


async def propose(session: AsyncSession, caller: Caller, item_id: UUID, draft: RoutingDraft) -> Hop:
    """Propose to an office that it takes an item on."""
    item = await items.one(session, item_id, in_turn=True)
    routing = Routing(
        unit=caller.unit,
        item_id=item.id,
        visibility=item.visibility,
        shared_with=[draft.addressee, item.unit],
        **draft.model_dump(),
    )
    caller.must_own(routing)
    caller.must_be_in_region(*await on_items.areas(session, item))
    on_items.must_be_said_still(item)
    rules.proposes_another(routing)
    rules.not_asked_yet(await queries.of_item(session, item.id), routing.addressee)
    session.add(routing)
    await journal.note(session, caller, routing)
    return Hop(routing)


async def withdraw(session: AsyncSession, caller: Caller, routing_id: UUID) -> Hop:
    """No longer propose it."""
    hop = await _in_turn(session, routing_id)
    caller.must_own(hop.routing)
    rules.still_open(hop)
    hop.routing.withdrawn_at = now()
    await journal.note(session, caller, hop.routing)
    return hop


async def reply(
    session: AsyncSession, caller: Caller, routing_id: UUID, draft: RoutingReplyDraft
) -> RoutingReply:
    """Record the proposed office's word: it takes the item on, or names who should."""
    hop = await _in_turn(session, routing_id)
    caller.must_be_addressee_of(hop.routing)
    rules.still_open(hop)
    item = await items.one(session, hop.routing.item_id)
    on_items.must_be_said_still(item)
    rules.names_another(caller.unit, draft.named_unit)
    reply = RoutingReply(
        unit=caller.unit,
        routing_id=hop.routing.id,
        item_id=item.id,
        visibility=item.visibility,
        shared_with=[hop.routing.unit, item.unit],
        **draft.model_dump(),
    )
    session.add(reply)
    await journal.note(session, caller, reply)
    return reply


async def hand_over(
    session: AsyncSession, caller: Caller, routing_id: UUID, draft: HandoverDraft
) -> Handover:
    """Pass on what the office had accepted."""
    hop = await _in_turn(session, routing_id)
    caller.must_be_addressee_of(hop.routing)
    acceptance = rules.still_in_hand(hop)
    rules.names_another(caller.unit, draft.named_unit)
    handover = Handover(
        unit=caller.unit,
        acceptance_id=acceptance.id,
        item_id=acceptance.item_id,
        visibility=acceptance.visibility,
        shared_with=acceptance.shared_with,
        **draft.model_dump(),
    )
    session.add(handover)
    await journal.note(session, caller, handover)
    return handover


async def _in_turn(session: AsyncSession, routing_id: UUID) -> Hop:
    """A proposal and what became of it, while nobody else works on its item."""
    routing = await queries.one(session, routing_id)
    await items.one(session, routing.item_id, in_turn=True)
    await session.refresh(routing)
    return (await queries.hops(session, [routing]))[0]
