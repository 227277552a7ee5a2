"""What holds for reading the Senate's systems, for every night and every order of events."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.datahub.senate.actions import put_down
from services.datahub.senate.connectors.protocol import Told
from services.datahub.senate.connectors.trouble import TROUBLES
from services.datahub.senate.model import FromSenate, PrismaValue, SyncRun
from services.datahub.senate.rules import (
    SILENCE,
    Difference,
    Outcome,
    difference,
    due,
    goes_on,
    goes_on_from,
    last_night,
    newest,
    next_night,
    outcome,
    share_done,
)
from shared.clock import BERLIN

START = datetime(2026, 1, 1, tzinfo=UTC)
THREE_YEARS = timedelta(days=3 * 365)
INSTANTS = st.timedeltas(timedelta(0), THREE_YEARS).map(lambda since: START + since)
ONE, OTHER = UUID(int=1), UUID(int=2)


def told(minute: int, value: float | None, *, gone: bool = False) -> Told:
    says: dict[str, Any] = {
        "area_key": "06200419",
        "lor_version": "2021",
        "indicator": "kid",
        "period": "2025",
    }
    says |= {"value": value, "status": "Q" if value is None else "A"}
    return Told("kid:1", START + timedelta(minutes=minute), gone, {} if gone else says)


# As a partner has them: one version for each instant.
VERSIONS = st.lists(
    st.tuples(st.integers(1, 9), st.none() | st.floats(0, 9), st.booleans()),
    unique_by=lambda version: version[0],
    max_size=6,
).map(lambda versions: [told(0, 1.0), *(told(m, v, gone=g) for m, v, g in versions)])


def apply(known: FromSenate | None, each: Told) -> FromSenate | None:
    if difference(known, each) is Difference.NONE:
        return known
    return put_down(known, each, PrismaValue, "be.prisma")


@given(VERSIONS, st.data())
def test_whatever_the_order_and_the_repetitions_the_newest_version_counts(
    versions: list[Told], data: st.DataObject
) -> None:
    """Except that what was never known cannot be gone; the next run tells it again."""
    first, *later = versions
    known = apply(None, first)
    for each in data.draw(st.permutations(later * 2)):
        known = apply(known, each)

    last = max(versions, key=lambda version: version.at)
    assert isinstance(known, PrismaValue)
    assert (known.told_at, known.gone_at) == (last.at, last.at if last.gone else None)
    assert last.gone or known.value == last.says["value"]


@given(VERSIONS)
def test_of_a_page_each_record_is_taken_once_and_as_it_was_last(versions: list[Told]) -> None:
    assert newest(versions + versions) == {"kid:1": max(versions, key=lambda each: each.at)}


def test_secret_missing_and_zero_are_different() -> None:
    known = put_down(None, told(0, 0.0), PrismaValue, "be.prisma")

    assert difference(known, told(0, None)) is Difference.CHANGED
    assert difference(known, told(0, 0.0)) is Difference.NONE


@given(INSTANTS)
def test_every_system_is_read_at_ten_past_three_in_berlin_summer_and_winter(at: datetime) -> None:
    before, after = last_night(at), next_night(at)

    assert before <= at < after
    assert {(each.hour, each.minute) for each in (before, after)} == {(3, 10)}
    assert (after.date() - before.date()).days == 1


@given(INSTANTS)
def test_the_hourly_question_meets_each_night_at_its_minute(at: datetime) -> None:
    """Procrastinate asks at ten past each hour in UTC; that must be the night's own instant."""
    assert next_night(at).astimezone(UTC).minute == 10


@given(INSTANTS)
def test_each_night_is_read_once(at: datetime) -> None:
    hours = [at.replace(minute=10, second=0, microsecond=0) + timedelta(hours=n) for n in range(75)]
    done, nights = None, []
    for hour in hours:
        if due(done, done, hour):
            done = SyncRun(unit="be.prisma", started_at=hour, finished_at=hour)
            nights.append(hour)

    in_berlin = [night.astimezone(BERLIN) for night in nights[1:]]
    assert {(night.hour, night.minute) for night in in_berlin} == {(3, 10)}
    assert all((b.date() - a.date()).days == 1 for a, b in pairwise(in_berlin))
    assert len(in_berlin) >= 3


def test_a_night_that_was_missed_or_failed_is_made_up_for() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=BERLIN)
    yesterday, at_night = noon - timedelta(hours=30), noon - timedelta(hours=8)
    old = SyncRun(unit="u", started_at=yesterday, finished_at=yesterday)
    failed = SyncRun(unit="u", started_at=at_night, finished_at=at_night, failure="failing")
    cut_off = SyncRun(unit="u", started_at=at_night)
    done = SyncRun(unit="u", started_at=at_night, finished_at=at_night)

    assert due(None, None, noon)
    assert due(failed, old, noon)
    assert due(cut_off, done, noon)
    assert not due(done, done, noon)
    assert not due(failed, done, noon)


def test_a_run_is_gone_on_with_by_whoever_asked_for_it_or_by_the_schedule() -> None:
    asked = SyncRun(unit="u", request_id=ONE, started_at=START)

    assert goes_on(asked, ONE)
    assert goes_on(asked, None)
    assert not goes_on(asked, OTHER)
    assert not goes_on(None, None)


def test_after_a_failure_a_run_begins_where_the_last_page_was_kept() -> None:
    done = SyncRun(unit="u", started_at=START, finished_at=START, as_of=START, tag="1")
    failed = SyncRun(
        unit="u", started_at=START, finished_at=START, failure="html", as_of=START, cursor="c"
    )
    failed.seen, failed.before = 20, 30

    assert goes_on_from(failed, done)["cursor"] == "c"
    assert goes_on_from(failed, done)["before"] == 50
    assert goes_on_from(done, done)["since"] < START
    assert goes_on_from(None, None) == {"since": None}


def test_where_a_run_stands_is_computed() -> None:
    run = SyncRun(unit="u", started_at=START, modified_at=START)

    assert outcome(run, START + SILENCE) is Outcome.RUNNING
    assert outcome(run, START + 2 * SILENCE) is Outcome.CUT_OFF
    assert share_done(run) is None
    run.total, run.before, run.seen = 100, 20, 30
    assert share_done(run) == 0.5
    run.finished_at = START
    assert (outcome(run, START), share_done(run)) == (Outcome.DONE, 1.0)
    run.failure = "html"
    assert (outcome(run, START), share_done(run)) == (Outcome.FAILED, 0.5)


def test_every_trouble_can_be_told_in_both_languages() -> None:
    assert len(TROUBLES) == 8
    assert all(each.de and each.en and each.de != each.en for each in TROUBLES.values())
