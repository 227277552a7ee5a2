"""What can be done with requests: load, prove the relation, apply the rule, change, note."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.requests import queries, rules
from services.registry.requests.model import Reminder, Reply, Request
from services.registry.requests.schema import ReplyDraft, RequestDraft
from shared import journal
from shared.access import Caller
from shared.clock import today
from shared.rows import Visibility


async def make(session: AsyncSession, caller: Caller, draft: RequestDraft) -> Request:
    """Ask another unit."""
    request = Request(unit=caller.unit, shared_with=[draft.addressee], **draft.model_dump())
    caller.must_own(request)
    caller.must_be_in_region(*request.areas)
    rules.asks_another(request)
    session.add(request)
    await journal.note(session, caller, request)
    return request


async def remind(session: AsyncSession, caller: Caller, request_id: UUID) -> Reminder:
    """Ask once more."""
    request = await queries.one(session, request_id, in_turn=True)
    caller.must_own(request)
    rules.still_asked(request)
    reminder = Reminder(
        unit=caller.unit,
        request_id=request.id,
        visibility=request.visibility,
        shared_with=[request.addressee],
        reminded_on=today(),
    )
    session.add(reminder)
    await journal.note(session, caller, reminder)
    return reminder


async def withdraw(session: AsyncSession, caller: Caller, request_id: UUID) -> Request:
    """No longer ask."""
    request = await queries.one(session, request_id, in_turn=True)
    caller.must_own(request)
    rules.still_asked(request)
    request.withdrawn_on = today()
    await journal.note(session, caller, request)
    return request


async def reply(
    session: AsyncSession, caller: Caller, request_id: UUID, draft: ReplyDraft
) -> Reply:
    """Record the addressed unit's reply."""
    request = await queries.one(session, request_id, in_turn=True)
    caller.must_be_addressee_of(request)
    rules.still_asked(request)
    reply = Reply(
        unit=caller.unit,
        request_id=request.id,
        visibility=request.visibility,
        shared_with=[request.unit],
        **draft.model_dump(),
    )
    session.add(reply)
    await journal.note(session, caller, reply)
    return reply


async def publish(session: AsyncSession, caller: Caller, request_id: UUID, reply_id: UUID) -> Reply:
    """Let everybody read what the unit replied; its lead decides that."""
    reply = await queries.one_reply(session, request_id, reply_id)
    caller.must_own(reply)
    reply.visibility = Visibility.PUBLIC
    await journal.note(session, caller, reply)
    return reply
