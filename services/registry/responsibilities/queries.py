"""Every SQL statement about responsibilities."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.registry.responsibilities.model import (
    Contest,
    Level,
    Origin,
    Responsibility,
    ResponsibilityProposal,
)
from services.registry.topics.model import Topic
from services.registry.topics.queries import named, way_up
from shared.database import take_turns
from shared.lookup import all_with, among, with_id
from shared.paging import Found, Paging, one_page
from shared.problems import NotFound

Contests = dict[UUID, list[Contest]]


@dataclass(slots=True)
class Ledger:
    """What the ledger holds on a topic in an area: the way up the topics, rows, objections."""

    way: list[Topic] = field(default_factory=list)
    rows: dict[UUID, Responsibility] = field(default_factory=dict)
    contests: Contests = field(default_factory=lambda: defaultdict(list))


async def one(
    session: AsyncSession, responsibility_id: UUID, *, in_turn: bool = False
) -> Responsibility:
    """The responsibility with this id; `in_turn` when a decision depends on how it stands."""
    if in_turn:
        await take_turns(session, responsibility_id)
    row = await with_id(session, Responsibility, responsibility_id)
    if row is None:
        raise NotFound
    return row


async def one_proposal(session: AsyncSession, proposal_id: UUID) -> ResponsibilityProposal:
    """The proposal with this id."""
    proposal = await with_id(session, ResponsibilityProposal, proposal_id)
    if proposal is None:
        raise NotFound
    return proposal


async def said_before(session: AsyncSession, row: Responsibility) -> Sequence[Responsibility]:
    """What is recorded with the same origin for the same topic and area, in turn."""
    await take_turns(session, f"{row.topic} {row.area}")
    rows = await session.scalars(
        select(Responsibility).where(
            col(Responsibility.origin) == row.origin,
            col(Responsibility.topic) == row.topic,
            col(Responsibility.area) == row.area,
        )
    )
    return rows.all()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which responsibilities or proposals are asked for; None stands for all."""

    topic: str | None = None
    area: str | None = None
    holder: str | None = None
    level: Level | None = None
    on: date | None = None


async def listed(session: AsyncSession, paging: Paging, wanted: Wanted) -> Found[Responsibility]:
    """The responsibilities that are wanted, the latest entered first."""
    same = [
        (col(Responsibility.topic), wanted.topic),
        (col(Responsibility.area), wanted.area),
        (col(Responsibility.holder), wanted.holder),
        (col(Responsibility.level), wanted.level),
    ]
    statement = select(Responsibility).where(
        *(column == value for column, value in same if value is not None)
    )
    if wanted.on:
        end = func.least(col(Responsibility.until), col(Responsibility.ended_on))
        lasts = func.daterange(col(Responsibility.since), end)
        statement = statement.where(lasts.op("@>", is_comparison=True)(wanted.on))
    return await one_page(session, Responsibility, paging, statement)


async def proposals(
    session: AsyncSession, paging: Paging, wanted: Wanted
) -> Found[ResponsibilityProposal]:
    """The proposals that are wanted, the latest first; their holder is whom they name."""
    same = [
        (col(ResponsibilityProposal.topic), wanted.topic),
        (col(ResponsibilityProposal.area), wanted.area),
        (col(ResponsibilityProposal.addressee), wanted.holder),
        (col(ResponsibilityProposal.level), wanted.level),
    ]
    statement = select(ResponsibilityProposal).where(
        *(column == value for column, value in same if value is not None)
    )
    return await one_page(session, ResponsibilityProposal, paging, statement)


def stands() -> ColumnElement[bool]:
    """An objection stands until the unit itself confirms what it objected to."""
    later = aliased(Responsibility)
    confirmed = select(later).where(
        col(later.origin) == Origin.CONFIRMED,
        col(later.holder) == col(Responsibility.holder),
        col(later.topic) == col(Responsibility.topic),
        col(later.area) == col(Responsibility.area),
        col(later.created_at) > col(Contest.created_at),
    )
    return ~confirmed.correlate(Responsibility, Contest).exists()


async def contests(session: AsyncSession, rows: Sequence[Responsibility]) -> Contests:
    """The objections that stand against these responsibilities."""
    statement = (
        select(Contest)
        .join(Responsibility, col(Contest.responsibility_id) == col(Responsibility.id))
        .where(among(col(Responsibility.id), [row.id for row in rows]), stands())
    )
    against: Contests = defaultdict(list)
    for contest in await session.scalars(statement.order_by(col(Contest.id))):
        assert contest.responsibility_id is not None
        against[contest.responsibility_id].append(contest)
    return against


async def contests_of_proposals(
    session: AsyncSession, asked: Sequence[ResponsibilityProposal]
) -> Contests:
    """The objections of the units that these proposals name."""
    ids = [proposal.id for proposal in asked]
    against: Contests = defaultdict(list)
    for contest in await all_with(session, Contest, col(Contest.proposal_id), ids):
        assert contest.proposal_id is not None
        against[contest.proposal_id].append(contest)
    return against


async def answers(
    session: AsyncSession, asked: Sequence[ResponsibilityProposal]
) -> Sequence[Responsibility]:
    """What was confirmed or decided on these proposals."""
    ids = [proposal.id for proposal in asked]
    return await all_with(session, Responsibility, col(Responsibility.proposal_id), ids)


async def bearing_on(session: AsyncSession, topic: str, areas: Sequence[str]) -> Ledger:
    """What the ledger holds on a topic and all above it, in any of these areas.

    An unknown topic is refused.
    """
    way = way_up(topic)
    statement = (
        select(Topic, Responsibility, Contest)
        .join(way, way.c.id == col(Topic.id))
        .outerjoin(
            Responsibility,
            and_(
                col(Responsibility.topic) == col(Topic.code),
                among(col(Responsibility.area), areas),
            ),
        )
        .outerjoin(
            Contest,
            and_(col(Contest.responsibility_id) == col(Responsibility.id), stands()),
        )
        .order_by(way.c.distance, col(Contest.id))
    )
    ledger = Ledger()
    for above, row, contest in (await session.execute(statement)).all():
        if above not in ledger.way:
            ledger.way.append(above)
        if row is not None:
            ledger.rows[row.id] = row
        if contest is not None:
            ledger.contests[row.id].append(contest)
    if not ledger.way:
        await named(session, topic)
    return ledger
