"""The organisation tree: who is above whom on every day, by rule and by the database itself."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.errors import CheckViolation, ExclusionViolation, ForeignKeyViolation

from services.registry.units import rules
from services.registry.units.model import Attachment, Naming
from services.registry.units.rules import GoesInCircles, LeavesCoordination, Overlapping, Period
from tests.conftest import login
from tests.house import COORDINATION, House
from tests.registry.test_third_wall import speak_as
from tests.registry.trees import KEEPER, a_tree, a_unit, move, seen

DAY_ONE = date(2020, 1, 1)
UNITS = st.sampled_from("abcde")
DAYS = st.integers(0, 12).map(lambda n: DAY_ONE + timedelta(n))
MOVES = st.lists(st.tuples(UNITS, UNITS, st.none() | DAYS, st.none() | DAYS), max_size=25)


def in_circle(edges: Sequence[Attachment], day: date) -> bool:
    """Whether somebody is above themselves on a day; by walking, day by day."""
    above = {edge.code: edge.parent for edge in edges if rules.period(edge).holds(day)}
    for start in above:
        unit, steps = above.get(start), 0
        while unit is not None and steps <= len(above):
            if unit == start:
                return True
            unit, steps = above.get(unit), steps + 1
    return False


@given(MOVES)
def test_on_no_day_is_anybody_above_themselves_or_below_two(
    moves: list[tuple[str, str, date | None, date | None]],
) -> None:
    edges: list[Attachment] = []
    days = [DAY_ONE + timedelta(n) for n in range(-1, 14)]
    for code, parent, since, until in moves:
        new = Period(since, until)
        if new.shared(Period(None, None)) is None:
            continue
        tried = Attachment(unit="a", code=code, parent=parent, since=since, until=until)
        own = [edge for edge in edges if edge.code == code]
        overlaps = any(
            rules.period(edge).holds(day) and new.holds(day) for edge in own for day in days
        )
        try:
            rules.is_below_one_at_a_time(own, new)
            rules.goes_in_no_circle(edges, code, parent, new)
        except Overlapping:
            assert overlaps
        except GoesInCircles:
            assert any(in_circle([*edges, tried], day) for day in days)
        else:
            edges.append(tried)
            assert not overlaps
            assert not any(in_circle(edges, day) for day in days)


@given(st.lists(st.tuples(UNITS, UNITS), max_size=20), st.permutations("abcde"), st.integers(1, 4))
def test_however_it_is_moved_one_coordination_unit_at_most_stands_outside(
    moves: list[tuple[str, str]], codes: list[str], parts: int
) -> None:
    ours, edges = set(codes[:parts]), dict[str, str]()
    for code, parent in moves:
        above = [Attachment(unit="a", code=c, parent=p) for c, p in edges.items()]
        try:
            rules.keeps_together(above, ours, code, parent)
            rules.goes_in_no_circle(above, code, parent, Period(None, None))
        except (LeavesCoordination, GoesInCircles):
            continue
        edges[code] = parent
        assert sum(code in ours and parent not in ours for code, parent in edges.items()) <= 1


@given(st.lists(st.none() | DAYS, min_size=1, unique=True), DAYS)
def test_a_unit_is_called_by_the_youngest_name_that_has_begun(
    begun: list[date | None], on: date
) -> None:
    namings = [
        Naming(unit="a", code="a", name=str(since), folded="a", official=True, since=since)
        for since in begun
    ]
    name = rules.called(namings, on)

    starts = [since or date.min for since in begun]
    expected = max((start for start in starts if start <= on), default=min(starts))
    assert name == str(None if expected == date.min else expected)


async def test_who_was_above_whom_is_kept_for_every_day(house: House) -> None:
    await a_tree(house)

    answer = await move(house, "spk", "buergermeister", "2026-03-01")

    assert answer.status_code == 201
    assert answer.json()["attachments"] == [
        {"parent": "06.abteilung", "since": None, "until": "2026-03-01"},
        {"parent": "06.buergermeister", "since": "2026-03-01", "until": None},
    ]
    for day, parent in (("2026-02-28", "06.abteilung"), ("2026-03-01", "06.buergermeister")):
        unit = (await house.as_().get("/units/06.spk", params={"on": day})).json()
        assert (unit["on"], unit["parent"]) == (day, parent)
        assert unit["children"] == ["06.bezirkskoordination", "06.datenkoordination"]
        above = (await house.as_().get(f"/units/{parent}", params={"on": day})).json()
        assert above["children"] == ["06.spk"]
    below = await seen(house, under="06.buergermeister", on="2026-03-01")
    assert sorted(below) == ["bezirkskoordination", "datenkoordination", "spk"]
    assert await seen(house, under="06.buergermeister", on="2026-02-28") == []


async def test_the_tree_of_a_day_shows_every_unit_once(house: House) -> None:
    await a_tree(house)
    await move(house, "spk", "buergermeister", "2026-03-01")

    def paths(nodes: list[dict[str, Any]], way: str = "") -> list[str]:
        return [
            path
            for node in nodes
            for here in [f"{way}/{node['name']}"]
            for path in [here, *paths(node["children"], here)]
        ]

    trees = [
        paths((await house.as_().get("/units/tree", params={"on": day})).json()["units"])
        for day in ("2026-02-28", "2026-03-01")
    ]

    assert "/Bezirksamt/Abteilung/OE SPK/Datenkoordination" in trees[0]
    assert "/Bezirksamt/Bürgermeisterin/OE SPK/Datenkoordination" in trees[1]
    assert [len(tree) for tree in trees] == [6, 6]


async def test_a_unit_does_not_come_to_stand_below_itself(house: House) -> None:
    await a_tree(house)

    answer = await move(house, "bezirksamt", "spk", "2026-03-01")

    assert answer.status_code == 409
    assert "06.bezirksamt < 06.spk < 06.abteilung < 06.bezirksamt" in answer.json()["detail"]


async def test_a_unit_does_not_stand_below_two_at_once(house: House) -> None:
    await a_tree(house)
    await a_unit(house, "amt", "Amt", parent="06.abteilung", since="2024-01-01")
    draft = {"parent": "06.bezirksamt", "since": "2023-01-01", "until": "2024-01-02"}

    answer = await house.as_(KEEPER).post("/units/06.amt/attachments", json=draft)
    earlier = draft | {"until": "2024-01-01"}

    assert answer.status_code == 409
    answer = await house.as_(KEEPER).post("/units/06.amt/attachments", json=earlier)
    assert answer.status_code == 201


async def test_the_coordination_moves_as_a_whole_or_not_at_all(house: House) -> None:
    await a_tree(house)
    await a_unit(house, "zweite", "Zweite Koordination", kind="coordination")

    refused = [
        await move(house, "datenkoordination", "abteilung", "2026-03-01"),
        await move(house, "datenkoordination", None, "2026-03-01"),
        await move(house, "zweite", "abteilung", "2026-03-01"),
    ]
    inside = await move(house, "datenkoordination", "bezirkskoordination", "2026-03-01")
    whole = await move(house, "spk", "buergermeister", "2026-03-01")

    assert {answer.json()["type"] for answer in refused} == {"/problems/leaves-coordination"}
    assert [inside.status_code, whole.status_code] == [201, 201]


async def test_where_the_coordination_is_attached_changes_no_right(house: House) -> None:
    """U07: what it may, it may; what it may not, it may not below the mayor either."""
    await a_tree(house)
    request = await house.a_request("06.jugendamt", "06.sozialamt")

    async def rights() -> list[int]:
        spk = house.as_(COORDINATION)
        asked = {"question": "Was fehlt?", "wished_by": "2030-01-31", "addressee": "06.jugendamt"}
        tries = [
            spk.post("/requests", json=asked),
            spk.post(f"/requests/{request}/replies", json={"outcome": "accepted"}),
            spk.post("/units/06.spk/attachments", json={"parent": None, "since": "2026-01-01"}),
            spk.post("/units/06.spk/contact", json={"phone": "030 12345"}),
            spk.post("/units/06.abteilung/contact", json={"phone": "030 12345"}),
        ]
        return [(await each).status_code for each in tries]

    before = await rights()
    assert (await move(house, "spk", "buergermeister", "2020-01-01")).status_code == 201
    assert await rights() == before == [201, 403, 403, 201, 403]


ENTERED = """INSERT INTO organization VALUES
    (%s, %s, 'public', '{}', now(), now(), %s, 'office', '06', '{}', '2021', '{}', false, false, '')
"""
ATTACHED = """INSERT INTO attachment VALUES
    (%s, %s, 'public', '{}', now(), now(), %s, %s, %s, %s)"""


@pytest.fixture
def tree(own_database: Callable[[str], str]) -> Any:
    """Plain SQL as the Bezirksamt, with three units of it and one of another keeper."""
    with login(own_database("registry"), "registry_service") as sql:
        for keeper, codes in (("06.bezirksamt", "abc"), ("06.other", "x")):
            speak_as(sql, keeper)
            for code in codes:
                sql.execute(ENTERED, [uuid4(), keeper, f"06.{code}"])
        speak_as(sql, "06.bezirksamt")
        yield sql
        sql.rollback()


def hang(sql: psycopg.Connection, code: str, parent: str, *days: str | None) -> None:
    sql.execute(ATTACHED, [uuid4(), "06.bezirksamt", f"06.{code}", f"06.{parent}", *days])


def test_the_database_keeps_a_unit_below_one_at_a_time(tree: psycopg.Connection) -> None:
    ends = (None, "2024-01-01", "2025-01-01", None)
    for days, parent in zip(pairwise(ends), "bcb", strict=True):
        hang(tree, "a", parent, *days)
    with pytest.raises(ExclusionViolation):
        hang(tree, "a", "c", "2023-12-31", "2024-01-01")


def test_the_database_lets_nobody_move_a_unit_that_another_keeps(tree: psycopg.Connection) -> None:
    with pytest.raises(ForeignKeyViolation):
        hang(tree, "x", "a", None, None)


def test_the_database_keeps_districts_apart(tree: psycopg.Connection) -> None:
    with pytest.raises(CheckViolation):
        tree.execute(ENTERED, [uuid4(), "06.bezirksamt", "07.a"])


def test_the_database_knows_that_nobody_is_below_themselves(tree: psycopg.Connection) -> None:
    with pytest.raises(CheckViolation):
        hang(tree, "a", "a", None, None)
