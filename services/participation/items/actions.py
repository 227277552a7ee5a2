"""What can be done with items: prove the relation, apply the rule, change, note."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from geoalchemy2.shape import from_shape
from shapely import Point as Geometry
from sqlalchemy.ext.asyncio import AsyncSession

from services.participation.clients.datahub import Place
from services.participation.clients.registry import Advice
from services.participation.items import queries, rules
from services.participation.items.model import Item, Suggestion, Whereabouts, Wording
from services.participation.items.queries import Told
from services.participation.items.schema import Channel, ItemDraft, ItemView, RecordDraft
from services.participation.machine import HOME, MACHINE
from shared import journal
from shared.access import Caller
from shared.berlin import ETRS89_UTM33, metres
from shared.clock import now
from shared.rows import Visibility

WORDS = {"title", "text", "address"}


async def submit(session: AsyncSession, caller: Caller, draft: ItemDraft) -> Item:
    """Say something in one's own voice."""
    return await _say(session, caller, draft, Channel.WEB)


async def record(session: AsyncSession, caller: Caller, draft: RecordDraft) -> Item:
    """Write down what somebody said on another way; in the voice of the unit that heard it."""
    return await _say(session, caller, draft, draft.channel)


async def _say(session: AsyncSession, caller: Caller, draft: ItemDraft, channel: Channel) -> Item:
    facts = draft.model_dump(include={"topics", "areas", "language", "visibility"})
    open_to_all = draft.visibility is Visibility.PUBLIC
    offices = [] if open_to_all else rules.offices(caller.unit, draft.areas, HOME)
    # The machine is no staff: what it has to locate is shared with it, the words are not.
    item = Item(unit=caller.unit, channel=channel, shared_with=[MACHINE.unit, *offices], **facts)
    if draft.point:
        place = Geometry(metres(draft.point.lon, draft.point.lat))
        item.point = from_shape(place, srid=ETRS89_UTM33)
    caller.must_own(item)
    session.add(item)
    await session.flush()
    wording = Wording(
        unit=caller.unit,
        item_id=item.id,
        visibility=item.visibility,
        shared_with=offices,
        **draft.model_dump(include=WORDS),
    )
    session.add(wording)
    await journal.note(session, caller, item, wording)
    return item


async def shown(session: AsyncSession, items: Sequence[Item]) -> list[ItemView]:
    """These items as far as their reader may read them."""
    told = await queries.told(session, items)
    return [_view(told[item.id]) for item in items]


def _view(told: Told) -> ItemView:
    item, words = told.item, told.wording
    location = told.whereabouts.model_dump() if told.whereabouts else {}
    point = None
    if item.point is not None:
        lon, lat = rules.lon_lat(item)
        point = {"lon": lon, "lat": lat}
    return ItemView.model_validate(
        {
            **item.model_dump(exclude={"point"}),
            **(words.model_dump(include=WORDS) if words else dict.fromkeys(WORDS)),
            "point": point,
            "location": location | {"state": rules.location_state(item, told.whereabouts)},
            "suggestions": told.suggestions,
        }
    )


def must_be_said_still(item: Item) -> None:
    """Go on if the item's author still says it; for whoever works on it."""
    rules.still_said(item)


async def areas(session: AsyncSession, item: Item) -> list[str]:
    """The areas an item lies in, as far as that is known."""
    return rules.areas_of(item, await queries.whereabouts(session, item.id))


async def withdraw(session: AsyncSession, caller: Caller, item_id: UUID) -> Item:
    """No longer say it: the words become their author's alone, the item stays."""
    item = await queries.one(session, item_id, in_turn=True)
    caller.must_own(item)
    rules.still_said(item)
    item.withdrawn_at = now()
    told = (await queries.told(session, [item]))[item.id]
    if told.wording:
        told.wording.visibility, told.wording.shared_with = Visibility.UNIT, []
    await journal.note(session, caller, item)
    return item


async def place(session: AsyncSession, caller: Caller, item_id: UUID, found: Place) -> Whereabouts:
    """Keep where the item lies; what was found before stays."""
    item = await queries.one(session, item_id, in_turn=True)
    whereabouts = Whereabouts(
        unit=caller.unit,
        item_id=item.id,
        **_as_readable_as(item),
        **found.model_dump(),
    )
    caller.must_own(whereabouts)
    if known := await queries.whereabouts(session, item.id):
        return known
    session.add(whereabouts)
    await journal.note(session, caller, whereabouts)
    return whereabouts


async def suggest(
    session: AsyncSession, caller: Caller, item_id: UUID, topic: str, advice: Advice
) -> Suggestion:
    """Keep who may be responsible for a topic of the item; what was found before stays."""
    item = await queries.one(session, item_id, in_turn=True)
    suggestion = Suggestion(
        unit=caller.unit,
        item_id=item.id,
        topic=topic,
        **_as_readable_as(item),
        **advice.model_dump(),
    )
    caller.must_own(suggestion)
    for known in await queries.suggestions(session, item.id):
        if known.topic == topic:
            return known
    session.add(suggestion)
    await journal.note(session, caller, suggestion)
    return suggestion


def _as_readable_as(item: Item) -> dict[str, Any]:
    """What the machine found is read by whoever reads the item; the machine's district is none."""
    public = item.visibility == Visibility.PUBLIC
    return {
        "visibility": Visibility.PUBLIC if public else Visibility.UNIT,
        "shared_with": [item.unit, *item.shared_with],
    }
