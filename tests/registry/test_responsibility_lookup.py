"""Who is responsible: what counts first, on which day, and where nobody is."""

from datetime import date, timedelta
from random import Random
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.registry.responsibilities.model import Contest, Level, Origin, Responsibility
from services.registry.responsibilities.rules import Finding, counts_on, lookup, overlap
from services.registry.topics.model import Topic
from tests.house import House
from tests.registry.ledger import (
    PLACE,
    REGION,
    SGA,
    WIRTSCHAFT,
    a_confirmation,
    a_decision,
    a_topic,
    looked_up,
)

WAY = [Topic(unit="u", code=code, name=code, name_en=code) for code in ("leaf", "branch", "root")]
AREAS = ("06", "0620", "062004", PLACE, "06200420", "07")
DAYS = st.dates(date(2024, 1, 1), date(2024, 1, 12))


@st.composite
def a_row(draw: st.DrawFn) -> Responsibility:
    since = draw(DAYS)
    length = st.none() | st.integers(1, 8)
    until, ended = draw(length), draw(st.none() | st.integers(0, 8))
    return Responsibility(
        unit="06.amt",
        holder=draw(st.sampled_from(["06.a", "06.b", "06.c"])),
        origin=draw(st.sampled_from(Origin)),
        topic=draw(st.sampled_from(["leaf", "branch", "root", "elsewhere"])),
        area=draw(st.sampled_from(AREAS)),
        level=draw(st.sampled_from(Level)),
        since=since,
        until=None if until is None else since + timedelta(days=until),
        ended_on=None if ended is None else since + timedelta(days=ended),
        basis="b",
    )


ROWS = st.lists(a_row(), max_size=8)


def asked(rows: list[Responsibility], on: date) -> Finding:
    return lookup(WAY, rows, {}, PLACE, on)


@given(ROWS, DAYS, st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_rows(
    rows: list[Responsibility], on: date, chance: Random
) -> None:
    twins = [Responsibility(**row.model_dump() | {"id": uuid4()}) for row in rows]
    shuffled = rows + twins
    chance.shuffle(shuffled)
    assert asked(shuffled, on) == asked(rows + twins, on)


@given(ROWS, DAYS)
def test_what_counts_is_about_that_day_that_area_and_that_topic(
    rows: list[Responsibility], on: date
) -> None:
    counting = [each.row for each in asked(rows, on).candidates]
    for row in rows:
        days = [day for day in (row.until, row.ended_on) if day]
        applies = (
            row.topic != "elsewhere"
            and row.area in ("06", "0620", "062004", PLACE)
            and row.since <= on
            and all(on < day for day in days)
        )
        assert (row in counting) == applies


@given(ROWS, DAYS)
def test_the_lead_is_the_first_by_topic_then_decision_then_area(
    rows: list[Responsibility], on: date
) -> None:
    finding = asked(rows, on)
    leads = [each for each in finding.candidates if each.row.level == Level.LEAD]
    assert (finding.lead is None) == (not leads)
    for other in leads:
        assert finding.lead is not None
        lead, row = finding.lead.row, other.row
        assert finding.lead.distance <= other.distance
        if finding.lead.distance == other.distance:
            assert lead.origin == Origin.DECIDED or row.origin == Origin.CONFIRMED
            if lead.origin == row.origin:
                assert len(lead.area) >= len(row.area)


@given(a_row(), DAYS)
def test_decided_beats_confirmed_and_nearer_beats_farther(row: Responsibility, on: date) -> None:
    def the_same(**more: object) -> Responsibility:
        facts = row.model_dump() | {"level": "lead", "since": on, "until": None, "ended_on": None}
        return Responsibility(**facts | {"id": uuid4(), "topic": "branch", "area": "0620"} | more)

    pairs = [
        (the_same(origin="decided"), the_same(origin="confirmed")),
        (the_same(origin="decided"), the_same(origin="confirmed", area=PLACE)),
        (the_same(area="062004"), the_same(area="06")),
        (the_same(topic="leaf"), the_same(topic="root", area=PLACE)),
    ]
    for first, second in pairs:
        finding = asked([second, first], on)
        assert finding.lead is not None
        assert finding.lead.row is first


@given(ROWS, DAYS)
def test_nobody_is_named_twice(rows: list[Responsibility], on: date) -> None:
    finding = asked(rows, on)
    lead = [finding.lead.row.holder] if finding.lead else []
    for level in (Level.INVOLVED, Level.INFORMED):
        named = lead + finding.holders(level)
        assert len(named) == len(set(named))


@given(a_row(), a_row())
def test_two_overlap_when_both_count_on_some_day(one: Responsibility, two: Responsibility) -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(40)]
    assert overlap(one, two) == any(counts_on(one, day) and counts_on(two, day) for day in days)


@given(a_row(), DAYS, DAYS)
def test_an_objection_disputes_a_lead_from_its_day_on(
    row: Responsibility, contested_on: date, on: date
) -> None:
    row.level, row.topic, row.area = Level.LEAD, "leaf", "06"
    objection = Contest(unit=row.holder, reason="r", contested_on=contested_on)
    finding = lookup(WAY, [row], {row.id: [objection]}, PLACE, on)
    assert finding.disputed == (counts_on(row, on) and contested_on <= on)


async def test_the_decision_comes_before_a_units_own_word(house: House) -> None:
    await a_topic(house)
    await a_confirmation(house, WIRTSCHAFT, area=PLACE)
    await a_decision(house, SGA)

    finding = await looked_up(house)

    assert finding["lead"] == SGA
    assert [each["holder"] for each in finding["candidates"]] == [SGA, WIRTSCHAFT]


async def test_the_smaller_area_comes_before_the_wider(house: House) -> None:
    await a_topic(house)
    await a_decision(house, SGA)
    await a_decision(house, WIRTSCHAFT, area=REGION)

    assert (await looked_up(house))["lead"] == WIRTSCHAFT
    assert (await looked_up(house, area="0620"))["lead"] == SGA


async def test_who_leads_the_wider_topic_leads_where_nobody_leads_the_narrower(
    house: House,
) -> None:
    await a_topic(house, "mobility", name="Mobilität", name_en="Mobility")
    await a_topic(house, "roads", parent="mobility")
    await a_topic(house, "holes", parent="roads", name="Schlaglöcher", name_en="Potholes")
    await a_decision(house, SGA, topic="mobility")

    finding = await looked_up(house, topic="holes")

    assert finding["lead"] == SGA
    assert finding["explanation"] == {
        "de": "06.sga hat die Federführung für das übergeordnete Thema „Mobilität“ (Bezirk 06), so "
        "beschlossen von 06.bezirksamt, seit 01.01.2020. Grundlage: Geschäftsverteilung.",
        "en": "06.sga has the lead for the wider topic “Mobility” (district 06), decided by "
        "06.bezirksamt, since 2020-01-01. Basis: Geschäftsverteilung.",
    }
    await a_confirmation(house, WIRTSCHAFT, topic="holes")
    assert (await looked_up(house, topic="holes"))["lead"] == WIRTSCHAFT
    assert (await looked_up(house, topic="roads"))["lead"] == SGA


async def test_involved_and_informed_units_are_named_beside_the_lead(house: House) -> None:
    await a_topic(house)
    await a_decision(house, SGA)
    await a_confirmation(house, SGA, level="involved", area=REGION)
    await a_confirmation(house, WIRTSCHAFT, level="involved")
    await a_confirmation(house, "06.jugendamt", level="informed")

    finding = await looked_up(house)

    assert (finding["lead"], finding["gap"]) == (SGA, False)
    assert (finding["involved"], finding["informed"]) == ([WIRTSCHAFT], ["06.jugendamt"])


async def test_a_day_outside_the_period_does_not_count(house: House) -> None:
    await a_topic(house)
    await a_decision(house, SGA, since="2024-03-01", until="2024-04-01")

    days = ["2024-02-29", "2024-03-01", "2024-03-31", "2024-04-01"]
    leads = [(await looked_up(house, on=day))["lead"] for day in days]

    assert leads == [None, SGA, SGA, None]


async def test_an_unknown_topic_is_refused_and_no_gap(house: House) -> None:
    answer = await house.as_().get(f"/responsibilities/lookup?topic=nowhere&area={PLACE}")
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/unknown-topic"
