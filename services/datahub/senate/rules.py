"""What holds for reading the Senate's systems: what changed, what is due, where a run stands."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from geoalchemy2 import WKBElement
from geoalchemy2.shape import to_shape

from services.datahub.senate.connectors.protocol import Told
from services.datahub.senate.model import FromSenate, SyncRun

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTLY = time(3, 10)
# A partner's clock and its commits are not in step: what it dated just before is asked for again.
OVERLAP = timedelta(minutes=5)
# A page takes less, repeated attempts included; whoever is silent for longer does not work on it.
SILENCE = timedelta(minutes=2)


class Outcome(StrEnum):
    """Where a run, or a request for one, stands."""

    WAITING = "waiting"
    RUNNING = "running"
    CUT_OFF = "cut_off"
    DONE = "done"
    FAILED = "failed"


class Difference(StrEnum):
    """What a partner's record means for what is kept of it."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    NONE = "unchanged"


class AlreadyRunning(Exception):
    """Another worker reads the same system at this moment."""


class Overtaken(Exception):
    """Another worker has taken this run up in the meantime; what we have read is dropped."""


def newest(told: Iterable[Told]) -> dict[str, Told]:
    """The latest version of each record, however often and in whatever order it was told."""
    latest: dict[str, Told] = {}
    for each in told:
        known = latest.get(each.key)
        # Of one instant's versions the deletion is the last: what is gone is not told again.
        if known is None or (each.at, each.gone) > (known.at, known.gone):
            latest[each.key] = each
    return latest


def difference(known: FromSenate | None, told: Told) -> Difference:
    """What is to be done about a record; nothing where we know as much or more already."""
    if known is None:
        return Difference.NONE if told.gone else Difference.NEW
    ours, theirs = (known.told_at, known.gone_at is not None), (told.at, told.gone)
    if theirs < ours or (theirs == ours and all(says_already(known, told))):
        return Difference.NONE
    return Difference.GONE if told.gone and not known.gone_at else Difference.CHANGED


def says_already(known: FromSenate, told: Told) -> Iterator[bool]:
    """For each thing told whether it is what is kept."""
    for name, value in told.says.items():
        yield comparable(getattr(known, name)) == comparable(value)


def comparable(value: Any) -> Any:
    """A value by which equal ones are found; a point from the database is encoded otherwise."""
    return to_shape(value).wkb if isinstance(value, WKBElement) else value


def outcome(run: SyncRun, at: datetime) -> Outcome:
    """Where a run stands; computed, never stored."""
    if run.finished_at:
        return Outcome.FAILED if run.failure else Outcome.DONE
    return Outcome.CUT_OFF if at - run.modified_at > SILENCE else Outcome.RUNNING


def share_done(run: SyncRun) -> float | None:
    """How much of what the partner has to tell was read, from 0 to 1; None until it is known."""
    if run.finished_at and not run.failure:
        return 1.0
    return None if run.total is None else min(1.0, (run.before + run.seen) / max(run.total, 1))


def last_night(at: datetime) -> datetime:
    """The latest instant, up to `at`, at which every system is read: 03:10 in Berlin."""
    day = at.astimezone(BERLIN).date()
    tonight = datetime.combine(day, NIGHTLY, BERLIN)
    return tonight if tonight <= at else datetime.combine(day - timedelta(days=1), NIGHTLY, BERLIN)


def next_night(at: datetime) -> datetime:
    """The next instant, after `at`, at which every system is read."""
    day = last_night(at).astimezone(BERLIN).date()
    return datetime.combine(day + timedelta(days=1), NIGHTLY, BERLIN)


def due(last: SyncRun | None, done: SyncRun | None, at: datetime) -> bool:
    """Whether a system nobody is reading is to be read: a night was missed, or a run cut off."""
    cut_off = last is not None and not last.finished_at
    return cut_off or done is None or done.started_at < last_night(at)


def goes_on(last: SyncRun | None, request_id: UUID | None) -> bool:
    """Whether the last run was cut off and is gone on with, and not made an end of."""
    return bool(last and not last.finished_at and request_id in (None, last.request_id))


def goes_on_from(last: SyncRun | None, done: SyncRun | None) -> dict[str, Any]:
    """Where a new run begins: where the last was cut off, else at what changed since the last."""
    if last is not None and last.failure and last.as_of is not None:
        kept = {name: getattr(last, name) for name in ("since", "as_of", "tag", "cursor", "total")}
        return kept | {"before": last.before + last.seen}
    return {"since": done.as_of - OVERLAP if done and done.as_of else None}


def still_ours(run: SyncRun, attempt: int) -> None:
    """Only who took a run up last may go on with it."""
    if run.attempts != attempt or run.finished_at:
        raise Overtaken
