"""What can be done with committees: load, prove the relation, apply the rule, change, note."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.committees import queries, rules
from services.registry.committees.model import Committee, Membership, Seat
from services.registry.committees.queries import Held
from services.registry.committees.schema import (
    CommitteeDraft,
    CommitteeRevision,
    CommitteeView,
    EndDraft,
    MembershipDraft,
    SeatDraft,
    SeatView,
)
from shared import journal
from shared.access import Caller
from shared.clock import today
from shared.conditional import Match
from shared.lor import concerned
from shared.names import folded


async def convene(session: AsyncSession, caller: Caller, draft: CommitteeDraft) -> Committee:
    """Enter a committee; that others do something alike is no reason to refuse it."""
    said = draft.model_dump(exclude={"meant_for"})
    committee = Committee(unit=caller.unit, known_as=known_as(draft.name, draft.aliases), **said)
    caller.must_own(committee)
    caller.must_be_in_region(*committee.areas)
    await _must_hold(session, committee)
    session.add(committee)
    await journal.note(session, caller, committee)
    return committee


async def revise(
    session: AsyncSession, caller: Caller, code: str, match: Match, draft: CommitteeRevision
) -> Committee:
    """Change what one's own unit says about the committee it convenes."""
    committee = await queries.one(session, code, in_turn=True)
    caller.must_own(committee)
    match.must_be(await shown(session, committee))
    caller.must_be_in_region(*concerned(committee.areas, draft.areas))
    committee.sqlmodel_update(draft.changes())
    committee.known_as = known_as(committee.name, committee.aliases)
    await _must_hold(session, committee)
    await journal.note(session, caller, committee)
    return committee


async def invite(session: AsyncSession, caller: Caller, code: str, draft: SeatDraft) -> Seat:
    """Offer a seat. The committee is shared with the unit, which may not be of the staff."""
    committee = await queries.one(session, code, in_turn=True)
    caller.must_own(committee)
    rules.still_meets(committee)
    rules.not_yet_invited(draft.addressee, standings(await _held(session, committee)))
    committee.shared_with = sorted({*committee.shared_with, draft.addressee})
    seat = Seat(
        unit=caller.unit,
        committee_id=committee.id,
        visibility=committee.visibility,
        shared_with=[draft.addressee],
        **draft.model_dump(),
    )
    session.add(seat)
    await journal.note(session, caller, seat)
    return seat


async def answer(
    session: AsyncSession, caller: Caller, code: str, seat_id: UUID, draft: MembershipDraft
) -> Membership:
    """Take the seat that was offered to one's own unit, or decline it."""
    committee = await queries.one(session, code, in_turn=True)
    seat, memberships = await queries.one_seat(session, committee, seat_id)
    caller.must_be_addressee_of(seat)
    rules.still_meets(committee)
    rules.can_answer(memberships)
    membership = Membership(
        unit=caller.unit,
        seat_id=seat.id,
        visibility=seat.visibility,
        **draft.model_dump(),
    )
    session.add(membership)
    await journal.note(session, caller, membership)
    return membership


async def end(
    session: AsyncSession, caller: Caller, code: str, membership_id: UUID, draft: EndDraft
) -> Membership:
    """Give up the seat of one's own unit."""
    committee = await queries.one(session, code, in_turn=True)
    membership = await queries.one_membership(session, committee, membership_id)
    caller.must_own(membership)
    rules.can_end(membership)
    membership.ended_on = today()
    membership.reason = draft.reason
    await journal.note(session, caller, membership)
    return membership


async def overlaps(
    session: AsyncSession, committee: Committee, meant_for: Sequence[str]
) -> list[rules.Overlap]:
    """Which committees that still meet might do what this one is for."""
    existing = await queries.existing(session)
    held = await queries.seats(session, [each for each, _ in existing])
    profiles = {
        each.code: _profile(each, words, standings(held[each.id])) for each, words in existing
    }
    new = profiles[committee.code]
    return rules.overlaps(new.joined_by(meant_for), profiles.values())


async def shown(session: AsyncSession, committee: Committee) -> CommitteeView:
    """A committee as it is told: with its seats, where they stand, and who is missing."""
    return told(committee, await _held(session, committee))


def told(committee: Committee, held: Sequence[Held]) -> CommitteeView:
    """The same of a committee whose seats are known."""
    return CommitteeView.model_validate(
        committee.model_dump()
        | {
            "seats": [seat_told(seat, memberships) for seat, memberships in held],
            "missing": rules.missing_offices(committee.code, committee.body, standings(held)),
        }
    )


def seat_told(seat: Seat, memberships: Sequence[Membership]) -> SeatView:
    """A seat and where it stands."""
    standing = rules.standing(memberships)
    last = memberships[-1] if memberships else None
    taken = last if standing is rules.Standing.TAKEN else None
    return SeatView.model_validate(
        seat.model_dump()
        | {
            "standing": standing,
            "post": taken.post if taken else None,
            "membership_id": last.id if last else None,
        }
    )


def standings(held: Sequence[Held]) -> dict[str, set[rules.Standing]]:
    """Where the seats of each unit stand."""
    of: dict[str, set[rules.Standing]] = {}
    for seat, memberships in held:
        of.setdefault(seat.addressee, set()).add(rules.standing(memberships))
    return of


def known_as(name: str, aliases: list[str]) -> str:
    """All names, as they are searched."""
    return folded(" ".join([name, *aliases]))


async def _held(session: AsyncSession, committee: Committee) -> list[Held]:
    return (await queries.seats(session, [committee]))[committee.id]


async def _must_hold(session: AsyncSession, committee: Committee) -> None:
    rules.holds_together(committee)
    named = {code for code in (committee.offset_to, committee.prepares) if code}
    rules.are_known(named, await queries.known(session, named))


def _profile(
    committee: Committee, words: list[str], seats: Mapping[str, set[rules.Standing]]
) -> rules.Profile:
    return rules.Profile(
        code=committee.code,
        names=(committee.name, *committee.aliases),
        words=frozenset(word for word in words if len(word) >= rules.SHORTEST_WORD),
        areas=tuple(committee.areas),
        members=frozenset(unit for unit, where in seats.items() if rules.OCCUPIED & where),
    )
