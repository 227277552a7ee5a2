"""Every SQL statement about items. Row policies decide what each finds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, exists, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.participation.items.model import Item, Suggestion, Whereabouts, Wording
from shared.database import take_turns
from shared.lookup import all_with, one_with, with_id
from shared.lor import touches
from shared.problems import NotFound

# The length of an area's key tells its level.
LEVELS = {
    2: col(Whereabouts.district),
    4: col(Whereabouts.forecast_area),
    6: col(Whereabouts.region),
    8: col(Whereabouts.planning_area),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An item with all that its reader may read about it."""

    item: Item
    wording: Wording | None
    whereabouts: Whereabouts | None
    suggestions: list[Suggestion]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items a reader looks for; what is None or empty does not matter."""

    area: str | None = None
    topic: str | None = None
    channel: str | None = None
    author: str | None = None
    text: str | None = None


async def one(session: AsyncSession, item_id: UUID, *, in_turn: bool = False) -> Item:
    """The item with this id; `in_turn` when a decision depends on what is said about it."""
    if in_turn:
        await take_turns(session, item_id)
    item = await with_id(session, Item, item_id)
    if item is None:
        raise NotFound
    return item


async def whereabouts(session: AsyncSession, item_id: UUID) -> Whereabouts | None:
    """Where the item lies, if that was found out."""
    return await one_with(session, Whereabouts, col(Whereabouts.item_id), item_id)


async def suggestions(session: AsyncSession, item_id: UUID) -> list[Suggestion]:
    """Who may be responsible for the item's topics."""
    return await all_with(session, Suggestion, col(Suggestion.item_id), [item_id])


async def told(session: AsyncSession, items: Sequence[Item]) -> dict[UUID, Told]:
    """Each item with its words and what was found out about it, in three statements."""
    ids = [item.id for item in items]
    wordings = await all_with(session, Wording, col(Wording.item_id), ids)
    found = await all_with(session, Whereabouts, col(Whereabouts.item_id), ids)
    words = {wording.item_id: wording for wording in wordings}
    places = {place.item_id: place for place in found}
    who: dict[UUID, list[Suggestion]] = defaultdict(list)
    for each in await all_with(session, Suggestion, col(Suggestion.item_id), ids):
        who[each.item_id].append(each)
    return {
        item.id: Told(item, words.get(item.id), places.get(item.id), who[item.id]) for item in items
    }


def those(wanted: Wanted) -> Select[Any]:
    """The items that are looked for."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.area:
        conditions.append(lies_in(wanted.area))
    if wanted.topic:
        topics = literal([wanted.topic], ARRAY(Text))
        conditions.append(col(Item.topics).op("@>", is_comparison=True)(topics))
    if wanted.channel:
        conditions.append(col(Item.channel) == wanted.channel)
    if wanted.author:
        conditions.append(col(Item.unit) == wanted.author)
    if wanted.text:
        conditions.append(says(wanted.text))
    return select(Item).where(*conditions)


def lies_in(area: str) -> ColumnElement[bool]:
    """Found in an area of any level, or said to be in one that has to do with it."""
    level = LEVELS[len(area)]
    found = exists().where(col(Whereabouts.item_id) == col(Item.id), level == area)
    return or_(found, touches(col(Item.areas), area))


def says(text: str) -> ColumnElement[bool]:
    """With these words, as far as the reader may read them."""
    return exists().where(
        col(Wording.item_id) == col(Item.id),
        or_(
            col(Wording.title).icontains(text, autoescape=True),
            col(Wording.text).icontains(text, autoescape=True),
        ),
    )
