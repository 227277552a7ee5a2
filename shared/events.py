"""The feed of what was done (CloudEvents 1.0): resumable, and never skipping a late commit."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BaseModel

from shared import heads, journal
from shared.database import Session
from shared.paging import MOST, ORDINARY, cursor_at, position
from shared.routing import SliceRouter

router = SliceRouter("events")


class Event(BaseModel):
    """One deed as a CloudEvent; `unit` says whose word it is."""

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    unit: str
    data: dict[str, Any]


class Feed(BaseModel):
    """Some events in the order in which they became true; `next` resumes behind the last."""

    events: list[Event]
    next: str


class Head(BaseModel):
    """How far this service has come; another text means that something was done."""

    head: str


@router.get("", act="event.read")
async def read(
    request: Request,
    session: Session,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = ORDINARY,
) -> Feed:
    """What was done and may be read by the caller; ask again with `next` for what follows."""
    start = journal.Position(**position(cursor, Feed)) if cursor else journal.Position()
    entries = await journal.since(session, start, limit)
    last = entries[-1].position if entries else start
    source = request.url.path.removesuffix("/events")
    return Feed(
        events=[told(entry, source) for entry in entries], next=cursor_at(Feed, **last._asdict())
    )


@router.get("/head", act="event.read")
async def head(session: Session) -> Head:
    """A text that changes whenever anything was done here; what was done, the events tell."""
    return Head(head=await heads.head(session))


def told(entry: journal.Entry, source: str) -> Event:
    """A journal entry as the world reads it."""
    return Event(
        id=str(entry.position.seq),
        source=source,
        type=f"de.kiezknoten.{entry.act}",
        subject=f"{entry.resource_type}/{entry.resource_id}",
        time=entry.at,
        unit=entry.unit,
        data={"act": entry.act, "role": entry.role, "request_id": entry.request_id}
        | ({"said": {}, "erased": True} if entry.said is None else {"said": entry.said}),
    )
