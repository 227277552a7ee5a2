"""Every SQL statement about requests. Row policies decide what each finds."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.requests.model import Reply, Request
from shared.database import take_turns
from shared.lookup import all_with, with_id
from shared.paging import Found, Paging, one_page
from shared.problems import NotFound


async def one(session: AsyncSession, request_id: UUID, *, in_turn: bool = False) -> Request:
    """The request with this id; `in_turn` when a decision depends on what is said about it."""
    if in_turn:
        await take_turns(session, request_id)
    request = await with_id(session, Request, request_id)
    if request is None:
        raise NotFound
    return request


async def one_reply(session: AsyncSession, request_id: UUID, reply_id: UUID) -> Reply:
    """The reply with this id to the request with that id."""
    reply = await with_id(session, Reply, reply_id)
    if reply is None or reply.request_id != request_id:
        raise NotFound
    return reply


async def newest(
    session: AsyncSession, paging: Paging, *, addressee: str | None, unit: str | None
) -> Found[Request]:
    """The latest requests first, of one asking or asked unit where that is wanted."""
    statement = select(Request)
    if addressee:
        statement = statement.where(col(Request.addressee) == addressee)
    if unit:
        statement = statement.where(col(Request.unit) == unit)
    return await one_page(session, Request, paging, statement)


async def replies(session: AsyncSession, requests: Sequence[Request]) -> dict[UUID, list[Reply]]:
    """What was said to each of these requests, in order."""
    asked = [request.id for request in requests]
    said: dict[UUID, list[Reply]] = defaultdict(list)
    for reply in await all_with(session, Reply, col(Reply.request_id), asked):
        said[reply.request_id].append(reply)
    return said
