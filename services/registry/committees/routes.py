"""HTTP for committees: parse, call, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.committees import actions, queries
from services.registry.committees.model import Kind
from services.registry.committees.schema import (
    Body,
    CommitteeDraft,
    CommitteeRevision,
    CommitteeView,
    ConvenedView,
    EndDraft,
    MembershipDraft,
    MembershipView,
    OverlapView,
    SeatDraft,
    SeatView,
)
from shared.access import CurrentCaller
from shared.conditional import IfMatch
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter
from shared.wire import AreaKey, Line, Slug, UnitCode

router = SliceRouter("committees")


@router.get("", act="committee.read")
async def search(
    session: Session,
    paging: Paged,
    q: Annotated[Line | None, Query(description="any of its names, or nearly so")] = None,
    kind: Kind | None = None,
    body: Body | None = None,
    area: Annotated[AreaKey | None, Query(description="it, one in it or one around it")] = None,
    member: Annotated[
        UnitCode | None, Query(description="a unit that sits in it, or is invited to")
    ] = None,
) -> Page[CommitteeView]:
    """Committees by name, kind, body, area and member, with their seats."""
    found = await queries.found(
        session, paging, q=q, kind=kind, body=body, area=area, member=member
    )
    held = await queries.seats(session, found.records)
    return found.shown(lambda committee: actions.told(committee, held[committee.id]))


@router.post("", act="committee.convene")
async def convene(session: Session, caller: CurrentCaller, draft: CommitteeDraft) -> ConvenedView:
    """Convene a committee, or enter an existing one. Overlaps with others are a hint only."""
    committee = await actions.convene(session, caller, draft)
    overlaps = await actions.overlaps(session, committee, draft.meant_for)
    return ConvenedView.model_validate(
        actions.told(committee, []).model_dump()
        | {"overlaps": [OverlapView.model_validate(overlap) for overlap in overlaps]}
    )


@router.get("/{code}", act="committee.read")
async def read(session: Session, code: Slug) -> CommitteeView:
    """A committee: its seats, where they stand, and which offices are missing in it."""
    return await actions.shown(session, await queries.one(session, code))


@router.patch("/{code}", act="committee.revise")
async def revise(
    session: Session, caller: CurrentCaller, code: Slug, match: IfMatch, draft: CommitteeRevision
) -> CommitteeView:
    """Change what one's own unit says about its committee."""
    committee = await actions.revise(session, caller, code, match, draft)
    return await actions.shown(session, committee)


@router.post("/{code}/seats", act="committee.invite")
async def invite(session: Session, caller: CurrentCaller, code: Slug, draft: SeatDraft) -> SeatView:
    """Offer a unit a seat in one's own committee. It may decline."""
    return actions.seat_told(await actions.invite(session, caller, code, draft), [])


@router.get("/{code}/seats/{seat_id}/memberships", act="committee.read")
async def memberships(
    session: Session, paging: Paged, code: Slug, seat_id: UUID
) -> Page[MembershipView]:
    """What the invited unit said to its seat, the latest first."""
    seat, _ = await queries.one_seat(session, await queries.one(session, code), seat_id)
    found = await queries.memberships(session, paging, seat)
    return found.shown(MembershipView.model_validate)


@router.post("/{code}/seats/{seat_id}/memberships", act="membership.take")
async def answer(
    session: Session, caller: CurrentCaller, code: Slug, seat_id: UUID, draft: MembershipDraft
) -> MembershipView:
    """Take the seat one's own unit was offered, naming the post that sits there, or decline it."""
    return MembershipView.model_validate(
        await actions.answer(session, caller, code, seat_id, draft)
    )


@router.post("/{code}/memberships/{membership_id}/end", act="membership.end")
async def end(
    session: Session, caller: CurrentCaller, code: Slug, membership_id: UUID, draft: EndDraft
) -> MembershipView:
    """Give up one's own unit's seat."""
    return MembershipView.model_validate(
        await actions.end(session, caller, code, membership_id, draft)
    )
