"""HTTP for where items stand: parse, gather, show."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.participation.items import actions as on_items
from services.participation.items import queries as items
from services.participation.items.queries import Wanted
from services.participation.items.schema import Channel
from services.participation.status import queries, rules
from services.participation.status.rules import SENTENCES, TURNS, Standing, Step, Story, Waiting
from services.participation.status.schema import (
    HeldView,
    HopView,
    Sentence,
    StandingItemView,
    StatusView,
    ThreadView,
    WaitingView,
)
from shared.clock import now
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter
from shared.wire import AreaKey, Line, Slug

router = SliceRouter("items", tag="status")


def wanted_items(
    area: Annotated[AreaKey | None, Query(description="in or around this area")] = None,
    topic: Slug | None = None,
    channel: Channel | None = None,
    author: Annotated[str | None, Query(max_length=100, description="whose word it is")] = None,
    q: Annotated[Line | None, Query(description="words of title or text")] = None,
) -> Wanted:
    """The items that the query asks for."""
    return Wanted(area, topic, channel, author, q)


@router.get("", act="item.read")
async def browse(
    session: Session,
    paging: Paged,
    wanted: Annotated[Wanted, Depends(wanted_items)],
    standing: Standing | None = None,
) -> Page[StandingItemView]:
    """Items and where they stand, the latest first."""
    found = await queries.newest(session, paging, wanted, standing)
    views = {view.id: view for view in await on_items.shown(session, found.records)}
    hops = await queries.hops(session, found.records)
    return found.shown(
        lambda item: StandingItemView(
            **dict(views[item.id]), standing=rules.story(hops[item.id]).standing
        )
    )


@router.get("/{item_id}/status", act="status.read")
async def status(session: Session, item_id: UUID) -> StatusView:
    """Where an item stands, since when, and whose turn it is. Nothing closes itself."""
    item = await items.one(session, item_id)
    story = rules.story((await queries.hops(session, [item]))[item.id])
    at = now()
    return StatusView(
        item_id=item.id,
        unit=item.unit,
        standing=story.standing,
        since=story.since,
        days=rules.whole_days(story.since, at),
        turn=TURNS[story.standing],
        waiting=waiting(story.waiting, at),
        handovers=story.handovers,
        answers=story.answers,
        sentence=sentence(story, at),
    )


@router.get("/{item_id}/thread", act="status.read")
async def thread(session: Session, item_id: UUID) -> ThreadView:
    """Every hop of an item with its instant and unit, whose turn it was then, and who held it."""
    item = await items.one(session, item_id)
    story = rules.story((await queries.hops(session, [item]))[item.id])
    at = now()
    return ThreadView(
        item_id=item.id,
        unit=item.unit,
        standing=story.standing,
        hops=[hop(step) for step in story.steps],
        held=[
            HeldView(
                unit=each.unit,
                since=each.since,
                until=each.until,
                days=rules.whole_days(each.since, each.until or at),
            )
            for each in story.held
        ],
    )


def hop(step: Step) -> HopView:
    """A hop, and whose turn it was after it."""
    said = step.hop
    return HopView(
        at=said.at,
        unit=said.unit,
        act=said.act,
        deed=said.deed,
        row=said.row,
        addressee=said.addressee,
        named_unit=said.named_unit,
        says=said.says,
        standing=step.standing,
        turn=step.turn,
        waiting=waiting(step.waiting, said.at),
    )


def waiting(units: list[Waiting], at: datetime) -> list[WaitingView]:
    """Whose turn it is, and for how many days at an instant."""
    return [
        WaitingView(unit=each.unit, since=each.since, days=rules.whole_days(each.since, at))
        for each in units
    ]


def sentence(story: Story, at: datetime) -> Sentence:
    """The status in plain words."""
    days = rules.whole_days(story.since, at)
    units = ", ".join(dict.fromkeys(each.unit for each in story.waiting))
    facts = {"since": story.since, "days": days, "units": units, "handovers": story.handovers}
    german, english = SENTENCES[story.standing]
    return Sentence(de=german.format_map(facts), en=english.format_map(facts))
