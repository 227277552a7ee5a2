"""Every SQL statement about committees. Row policies decide what each finds."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Numeric, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.committees.model import Committee, Kind, Membership, Seat
from shared.database import take_turns
from shared.lookup import among, one_with
from shared.lor import touches
from shared.names import best_first, folded, resembles
from shared.paging import Found, Paging, one_page
from shared.problems import NotFound

Held = tuple[Seat, list[Membership]]


async def one(session: AsyncSession, code: str, *, in_turn: bool = False) -> Committee:
    """The committee of this code; `in_turn` when something is going to be said about it."""
    if in_turn:
        await take_turns(session, f"committee {code}")
    committee = await one_with(session, Committee, col(Committee.code), code)
    if committee is None:
        raise NotFound
    return committee


async def known(session: AsyncSession, codes: Collection[str]) -> set[str]:
    """Which of these codes stand for a committee."""
    return set(
        await session.scalars(select(col(Committee.code)).where(among(col(Committee.code), codes)))
    )


async def found(
    session: AsyncSession,
    paging: Paging,
    *,
    q: str | None = None,
    kind: Kind | None = None,
    body: str | None = None,
    area: str | None = None,
    member: str | None = None,
) -> Found[Committee]:
    """Committees of this kind, body, area and member: the best name first, or the latest."""
    statement = select(Committee)
    if kind:
        statement = statement.where(col(Committee.kind) == kind)
    if body:
        statement = statement.where(col(Committee.body) == body)
    if area:
        statement = statement.where(touches(col(Committee.areas), area))
    if member:
        # The same as a seat that stands as invited or taken: nothing said, or taken and not ended.
        said = select(Membership).where(col(Membership.seat_id) == col(Seat.id))
        takes = said.where(col(Membership.takes), col(Membership.ended_on).is_(None))
        statement = statement.where(
            exists()
            .where(col(Seat.committee_id) == col(Committee.id), col(Seat.addressee) == member)
            .where(or_(~said.exists(), takes.exists()))
        )
    if q is None:
        return await one_page(session, Committee, paging, statement)
    rank = cast(func.word_similarity(folded(q), col(Committee.known_as)), Numeric(5, 4))
    wanted = statement.where(resembles(col(Committee.known_as), q))
    return await best_first(session, Committee, paging, wanted, rank)


async def seats(session: AsyncSession, committees: Sequence[Committee]) -> dict[UUID, list[Held]]:
    """The seats of each of these committees, with what was said to them in order."""
    wanted = [committee.id for committee in committees]
    statement = (
        select(Seat, Membership)
        .outerjoin(Membership, col(Membership.seat_id) == col(Seat.id))
        .where(among(col(Seat.committee_id), wanted))
        .order_by(col(Seat.id), col(Membership.id))
    )
    held: dict[UUID, list[Held]] = defaultdict(list)
    for seat, membership in await session.execute(statement):
        of = held[seat.committee_id]
        if not of or of[-1][0] is not seat:
            of.append((seat, []))
        if membership is not None:
            of[-1][1].append(membership)
    return held


async def one_seat(session: AsyncSession, committee: Committee, seat_id: UUID) -> Held:
    """The seat of this id in that committee, with what was said to it in order."""
    held = (await seats(session, [committee]))[committee.id]
    for seat, memberships in held:
        if seat.id == seat_id:
            return seat, memberships
    raise NotFound


async def one_membership(
    session: AsyncSession, committee: Committee, membership_id: UUID
) -> Membership:
    """What was said under this id to a seat of that committee."""
    statement = (
        select(Membership)
        .join(Seat, col(Membership.seat_id) == col(Seat.id))
        .where(col(Membership.id) == membership_id, col(Seat.committee_id) == committee.id)
    )
    membership = await session.scalar(statement)
    if membership is None:
        raise NotFound
    return membership


async def memberships(session: AsyncSession, paging: Paging, seat: Seat) -> Found[Membership]:
    """What was said to a seat, the latest first."""
    statement = select(Membership).where(col(Membership.seat_id) == seat.id)
    return await one_page(session, Membership, paging, statement)


async def existing(session: AsyncSession) -> list[tuple[Committee, list[str]]]:
    """The committees that still meet, each with the word stems of its name and mandate."""
    text = func.concat_ws(" ", Committee.name, Committee.mandate)
    statement = select(Committee, func.tsvector_to_array(func.to_tsvector("german", text)))
    rows = await session.execute(statement.where(col(Committee.ended_on).is_(None)))
    return [(committee, words) for committee, words in rows]
