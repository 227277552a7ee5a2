"""Every SQL statement about actors. Row policies decide what each finds."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Numeric, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.actors.model import Actor, Category, Suggestion
from shared.database import take_turns
from shared.lookup import with_id
from shared.lor import touches
from shared.names import best_first, folded, resembles
from shared.paging import Found, Paging, one_page
from shared.problems import NotFound


async def one(session: AsyncSession, actor_id: UUID, *, in_turn: bool = False) -> Actor:
    """The actor with this id; `in_turn` when it is going to be changed."""
    if in_turn:
        await take_turns(session, actor_id)
    actor = await with_id(session, Actor, actor_id)
    if actor is None:
        raise NotFound
    return actor


async def found(
    session: AsyncSession,
    paging: Paging,
    *,
    q: str | None = None,
    categories: Collection[Category] | None = None,
    area: str | None = None,
    represents: str | None = None,
) -> Found[Actor]:
    """Actors of these categories around that area: the best name first, or the latest."""
    statement = select(Actor)
    if categories is not None:
        statement = statement.where(col(Actor.category).in_(categories))
    if area:
        statement = statement.where(touches(col(Actor.areas), area))
    if represents:
        statement = statement.where(col(Actor.represents) == represents)
    if q is None:
        return await one_page(session, Actor, paging, statement)
    rank = cast(func.word_similarity(folded(q), col(Actor.known_as)), Numeric(5, 4))
    wanted = statement.where(resembles(col(Actor.known_as), q))
    return await best_first(session, Actor, paging, wanted, rank)


async def suggestions(session: AsyncSession, paging: Paging, actor: Actor) -> Found[Suggestion]:
    """What was suggested for the entry, the latest first."""
    statement = select(Suggestion).where(col(Suggestion.actor_id) == actor.id)
    return await one_page(session, Suggestion, paging, statement)
