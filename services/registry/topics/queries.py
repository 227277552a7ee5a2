"""Every SQL statement about topics."""

from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.topics.model import Topic, TopicProposal
from services.registry.topics.rules import UnknownTopic
from shared.database import take_turns
from shared.lookup import one_with, with_id
from shared.paging import BadCursor, Found, Paging, one_page
from shared.problems import NotFound

# From here on a word counts as found; a slip of one letter stays above, another word below.
NEAR = 0.5


async def one(session: AsyncSession, code: str) -> Topic:
    """The topic with this code."""
    topic = await one_with(session, Topic, col(Topic.code), code)
    if topic is None:
        raise NotFound
    return topic


async def named(session: AsyncSession, code: str) -> Topic:
    """The topic that a draft names by its code."""
    topic = await one_with(session, Topic, col(Topic.code), code)
    if topic is None:
        raise UnknownTopic(code=code)
    return topic


async def tree(session: AsyncSession, *, in_turn: bool = False) -> dict[str, Topic]:
    """Every topic by its code, retired ones included; `in_turn` when the tree is to change."""
    if in_turn:
        await take_turns(session, "topic tree")
    topics = await session.scalars(select(Topic))
    return {topic.code: topic for topic in topics}


def way_up(code: str) -> CTE:
    """Ids of the topic with this code and of those above it, each with its `distance`."""
    way = (
        select(col(Topic.id), col(Topic.parent), literal(0).label("distance"))
        .where(col(Topic.code) == code)
        .cte("way", recursive=True)
    )
    above = select(col(Topic.id), col(Topic.parent), way.c.distance + 1)
    return way.union_all(above.join(way, way.c.parent == col(Topic.code)))


async def found(
    session: AsyncSession, paging: Paging, *, words: str | None, parent: str | None, retired: bool
) -> Found[Topic]:
    """The topics, or those that come nearest to `words`; of one parent, retired ones, if wanted."""
    statement = select(Topic)
    if parent:
        statement = statement.where(col(Topic.parent) == parent)
    if not retired:
        statement = statement.where(col(Topic.retired_on).is_(None))
    if words is None:
        return await one_page(session, Topic, paging, statement)
    return await nearest(session, paging, words, statement)


async def nearest(
    session: AsyncSession, paging: Paging, words: str, statement: Select[Any]
) -> Found[Topic]:
    """The topics of `statement` whose name or words come nearest to `words`, as a single page."""
    if paging.cursor:
        raise BadCursor
    scores = nearness(words)
    statement = statement.join(scores, scores.c.id == col(Topic.id)).where(scores.c.score >= NEAR)
    if paging.modified_since:
        statement = statement.where(col(Topic.modified_at) >= paging.modified_since)
    total = None
    if paging.count:
        total = await session.scalar(select(func.count()).select_from(statement.subquery()))
    order = (scores.c.score.desc(), scores.c.likeness.desc(), col(Topic.code))
    topics = await session.scalars(statement.order_by(*order).limit(paging.limit))
    return Found(list(topics), None, total)


def nearness(words: str) -> Any:
    """How near each topic comes: by a part of one of its words, or by a word of it within `words`.

    A few hundred rows with a handful of words each: reading them all takes some milliseconds.
    """
    called = func.unnest(
        func.array_cat(col(Topic.aliases), array([col(Topic.name), col(Topic.name_en)]))
    )
    each = select(col(Topic.id).label("id"), folded(called).label("word")).subquery()
    wanted = folded(literal(words))
    within = func.word_similarity(wanted, each.c.word)
    around = func.word_similarity(each.c.word, wanted)
    return (
        select(
            each.c.id,
            func.max(func.greatest(within, around)).label("score"),
            func.max(func.similarity(each.c.word, wanted)).label("likeness"),
        )
        .group_by(each.c.id)
        .subquery()
    )


def folded(words: Any) -> ColumnElement[str]:
    """Words without case, accents and umlauts: Lärm, Laerm and larm are the same word."""
    plain = func.lower(func.unaccent(cast(words, Text)))
    return func.regexp_replace(plain, "([aou])e", r"\1", "g")


async def one_proposal(session: AsyncSession, proposal_id: UUID) -> TopicProposal:
    """The proposal with this id."""
    proposal = await with_id(session, TopicProposal, proposal_id)
    if proposal is None:
        raise NotFound
    return proposal


async def proposals(
    session: AsyncSession, paging: Paging, *, topic: str | None, unit: str | None
) -> Found[TopicProposal]:
    """The latest proposals first, about one topic or of one unit where that is wanted."""
    statement = select(TopicProposal)
    if topic:
        statement = statement.where(col(TopicProposal.topic) == topic)
    if unit:
        statement = statement.where(col(TopicProposal.unit) == unit)
    return await one_page(session, TopicProposal, paging, statement)
