"""How often each role did each act: figures from the journal, without a word of what was said."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import BERLIN, today
from shared.database import Session
from shared.problems import Malformed
from shared.routing import SliceRouter
from shared.wire import Day

router = SliceRouter("events")
DAYS = 30
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)

COUNTED = text("SELECT role, act, entries, others FROM journal_tally(:since, :before)")
HEAD = text("SELECT encode(hash, 'hex') AS head, at FROM seal ORDER BY n DESC LIMIT 1")


class Count(BaseModel):
    """How often a role did an act; `others` of these were written in another unit's place."""

    model_config = ConfigDict(from_attributes=True)

    role: str
    act: str
    entries: int
    others: int


class Tally(BaseModel):
    """A part's figures of a period, and the head of its chain."""

    counts: list[Count]
    head: str | None
    sealed_at: datetime | None


class Period(BaseModel):
    """Whole days by the calendar of Berlin; `until` is no longer part of it."""

    model_config = ConfigDict(frozen=True)

    since: date
    until: date

    def bounds(self) -> dict[str, datetime]:
        """The instants between which it lies."""
        return {
            "since": datetime.combine(self.since, time(), BERLIN),
            "before": datetime.combine(self.until, time(), BERLIN),
        }


class BackwardPeriod(Malformed):
    """A period ends after its beginning."""

    de = "Der Zeitraum endet vor seinem Anfang (`until` ist der erste Tag danach)."
    en = "The period ends before it begins (`until` is the first day after it)."


def asked_period(
    from_: Annotated[
        Day | None, Query(alias="from", ge=EARLIEST, le=LATEST, description="first day")
    ] = None,
    until: Annotated[
        Day | None, Query(ge=EARLIEST, le=LATEST, description="first day after the period")
    ] = None,
) -> Period:
    """The period the query asks for; the last thirty days unless told otherwise."""
    until = until or today() + timedelta(days=1)
    since = from_ or until - timedelta(days=DAYS)
    if since >= until:
        raise BackwardPeriod
    return Period(since=since, until=until)


AskedPeriod = Annotated[Period, Depends(asked_period)]


async def counted(session: AsyncSession, period: Period) -> Tally:
    """The figures of this part's own journal."""
    rows = await session.execute(COUNTED, period.bounds())
    counts = [Count.model_validate(row) for row in rows]
    seal = (await session.execute(HEAD)).first()
    return Tally(
        counts=counts, head=seal.head if seal else None, sealed_at=seal.at if seal else None
    )


@router.get("/tally", act="event.tally")
async def tally(session: Session, period: AskedPeriod) -> Tally:
    """How often each role did each act, in figures alone; for the gateway's public report."""
    return await counted(session, period)
