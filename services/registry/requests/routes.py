"""HTTP for coordination requests: parse, call, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.requests import actions, queries, rules
from services.registry.requests.model import Reply, Request
from services.registry.requests.schema import (
    ReminderView,
    ReplyDraft,
    ReplyView,
    RequestDraft,
    RequestView,
)
from shared.access import CurrentCaller
from shared.clock import today
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter
from shared.wire import UnitCode

router = SliceRouter("requests")


def shown(request: Request, replies: list[Reply]) -> RequestView:
    """A request with its standing, as of today."""
    standing = rules.standing(request, replies, today())
    return RequestView.model_validate(request.model_dump() | {"standing": standing})


@router.get("", act="request.browse")
async def browse(
    session: Session,
    paging: Paged,
    addressee: UnitCode | None = None,
    unit: Annotated[UnitCode | None, Query(description="the asking unit")] = None,
) -> Page[RequestView]:
    """The latest coordination requests and where they stand."""
    found = await queries.newest(session, paging, addressee=addressee, unit=unit)
    replies = await queries.replies(session, found.records)
    return found.shown(lambda request: shown(request, replies[request.id]))


@router.post("", act="request.make")
async def make(session: Session, caller: CurrentCaller, draft: RequestDraft) -> RequestView:
    """Ask another unit to coordinate. It may decline; nothing follows from silence."""
    return shown(await actions.make(session, caller, draft), [])


@router.get("/{request_id}", act="request.read")
async def read(session: Session, request_id: UUID) -> RequestView:
    """A coordination request and where it stands."""
    request = await queries.one(session, request_id)
    return shown(request, (await queries.replies(session, [request]))[request.id])


@router.post("/{request_id}/replies", act="request.reply")
async def reply(
    session: Session, caller: CurrentCaller, request_id: UUID, draft: ReplyDraft
) -> ReplyView:
    """Answer a coordination request on behalf of the unit it is addressed to."""
    return ReplyView.model_validate(await actions.reply(session, caller, request_id, draft))


@router.post("/{request_id}/reminders", act="request.remind")
async def remind(session: Session, caller: CurrentCaller, request_id: UUID) -> ReminderView:
    """Repeat one's own request, at most once a day."""
    return ReminderView.model_validate(await actions.remind(session, caller, request_id))


@router.post("/{request_id}/withdrawal", act="request.withdraw")
async def withdraw(session: Session, caller: CurrentCaller, request_id: UUID) -> RequestView:
    """Take back one's own request."""
    return shown(await actions.withdraw(session, caller, request_id), [])


@router.post("/{request_id}/replies/{reply_id}/publication", act="reply.publish")
async def publish(
    session: Session, caller: CurrentCaller, request_id: UUID, reply_id: UUID
) -> ReplyView:
    """Make one's own unit's reply readable for everybody."""
    return ReplyView.model_validate(await actions.publish(session, caller, request_id, reply_id))
