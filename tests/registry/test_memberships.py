"""Seats and memberships: a seat is offered by the convener, and taken by its unit alone."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.errors import CheckViolation, ForeignKeyViolation, InsufficientPrivilege

from services.registry.committees.model import Membership
from services.registry.committees.rules import Standing, standing
from shared.authority import Hat, Role
from shared.clock import today
from tests.conftest import admin, login
from tests.house import COORDINATION, JUGENDAMT, SOZIALAMT, House
from tests.registry.committees import NO, TAKEN, convened, offered, seen

PARTNER = Hat(Role.PARTNER, "06.traeger")

CONVENED = """INSERT INTO committee
    (id, unit, visibility, shared_with, created_at, modified_at,
     code, name, aliases, kind, body, areas, mandate, planned, imported, source, known_as)
    VALUES (%s, %s, 'public', '{}', now(), now(),
            %s, 'AG', '{}', 'network', '06', '{}', '', false, false, '', 'ag')"""
OFFERED = """INSERT INTO seat
    (id, unit, visibility, shared_with, created_at, modified_at, committee_id, addressee, role)
    VALUES (%s, %s, 'public', '{}', now(), now(), %s, %s, 'member')"""
SAID = """INSERT INTO membership
    (id, unit, visibility, shared_with, created_at, modified_at, seat_id, takes, post, reason)
    VALUES (%s, %s, 'public', '{}', now(), now(), %s, %s, %s, %s)"""


@given(st.lists(st.sampled_from(["takes", "declines", "ends"])))
def test_a_seat_stands_where_its_unit_said_last(said: list[str]) -> None:
    memberships = [
        Membership(
            unit="a",
            seat_id=uuid4(),
            takes=each != "declines",
            ended_on=today() if each == "ends" else None,
        )
        for each in said
    ]
    expected = {"takes": Standing.TAKEN, "declines": Standing.DECLINED, "ends": Standing.ENDED}

    assert standing(memberships) is (expected[said[-1]] if said else Standing.INVITED)


async def test_a_unit_takes_its_seat_with_a_post(house: House) -> None:
    await convened(house)
    seat = await offered(house, "06.jugendamt", role="member", vote=True)

    answer = await house.as_(JUGENDAMT).post(seat, json=TAKEN)

    assert (answer.status_code, answer.json()["unit"]) == (201, "06.jugendamt")
    (shown,) = (await seen(house))["seats"]
    assert (shown["unit"], shown["addressee"]) == ("06.spk", "06.jugendamt")
    assert (shown["standing"], shown["post"], shown["vote"]) == (
        "taken",
        "Jugendhilfeplanung",
        True,
    )


async def test_nobody_takes_or_declines_for_another_unit(house: House) -> None:
    await convened(house)
    seat = await offered(house, "06.jugendamt")

    answers = [
        await house.as_(hat).post(seat, json=said)
        for hat in (COORDINATION, SOZIALAMT, PARTNER)
        for said in (TAKEN, NO)
    ]

    assert [answer.status_code for answer in answers] == [403] * 6
    assert answers[0].json()["unit"] == "06.jugendamt"
    assert answers[0].json()["alternative"] == "committee.invite"
    assert (await seen(house))["seats"][0]["standing"] == "invited"


async def test_a_seat_goes_its_way(house: House) -> None:
    await convened(house)
    seat = await offered(house, "06.jugendamt")
    office = house.as_(JUGENDAMT)
    stood = [(await seen(house))["seats"][0]["standing"]]

    for said in (NO, TAKEN):
        answer = await office.post(seat, json=said)
        stood.append((await seen(house))["seats"][0]["standing"])
    twice = await office.post(seat, json=NO)
    end = f"/committees/ag_planung/memberships/{answer.json()['id']}/end"
    ended = [await office.post(end, json={"reason": "Neue Aufgaben."}) for _ in range(2)]
    stood.append((await seen(house))["seats"][0]["standing"])
    late = await office.post(seat, json=TAKEN)

    assert stood == ["invited", "declined", "taken", "ended"]
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/already-taken")
    assert [answer.status_code for answer in ended] == [201, 409]
    assert late.status_code == 409
    told = (await house.as_().get(seat)).json()["items"]
    assert [(each["takes"], each["reason"]) for each in told] == [
        (True, "Neue Aufgaben."),
        (False, "Keine Kapazität."),
    ]


async def test_a_unit_is_invited_anew_only_when_its_seat_is_free(house: House) -> None:
    await convened(house)
    seat = await offered(house, "06.jugendamt")
    invitation = {"addressee": "06.jugendamt"}
    spk = house.as_(COORDINATION)

    early = await spk.post("/committees/ag_planung/seats", json=invitation)
    await house.as_(JUGENDAMT).post(seat, json=NO)
    anew = await spk.post("/committees/ag_planung/seats", json=invitation)

    assert [early.status_code, anew.status_code] == [409, 201]


@pytest.mark.parametrize("said", [{}, {"takes": False}, NO | TAKEN, TAKEN | {"unit": "06.spk"}])
async def test_an_answer_to_an_invitation_is_complete(house: House, said: dict[str, Any]) -> None:
    await convened(house)
    seat = await offered(house, "06.jugendamt")

    assert (await house.as_(JUGENDAMT).post(seat, json=said)).status_code == 422


async def test_only_its_convener_invites(house: House) -> None:
    await convened(house)

    answer = await house.as_(JUGENDAMT).post(
        "/committees/ag_planung/seats", json={"addressee": "06.jugendamt"}
    )

    assert (answer.status_code, answer.json()["unit"]) == (403, "06.spk")
    assert (await seen(house))["seats"] == []


async def test_an_invited_partner_reads_an_internal_committee_and_sits_in_it(house: House) -> None:
    await convened(house, visibility="internal")
    seat = await offered(house, "06.traeger")

    answer = await house.as_(PARTNER).post(seat, json=TAKEN)

    assert answer.status_code == 201
    (shown,) = (await seen(house, "ag_planung", PARTNER))["seats"]
    assert shown["standing"] == "taken"
    assert (await seen(house, "ag_planung", COORDINATION))["seats"][0]["standing"] == "taken"
    stranger = await house.as_(Hat(Role.PARTNER, "06.anderer")).get("/committees/ag_planung")
    assert stranger.status_code == 404


async def test_what_has_ended_offers_and_fills_no_seats(house: House) -> None:
    await convened(house)
    seat = await offered(house, "06.jugendamt")
    tag = (await house.as_().get("/committees/ag_planung")).headers["etag"]
    spk = house.as_(COORDINATION, **{"if-match": tag})
    await spk.patch("/committees/ag_planung", json={"ended_on": "2020-12-31"})

    answers = [
        await spk.post("/committees/ag_planung/seats", json={"addressee": "06.sga"}),
        await house.as_(JUGENDAMT).post(seat, json=TAKEN),
    ]

    assert {answer.json()["type"] for answer in answers} == {"/problems/dissolved"}


@pytest.fixture
def sql(own_database: Callable[[str], str]) -> Iterator[psycopg.Connection]:
    with login(own_database("registry"), "registry_service") as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def theirs(own_database: Callable[[str], str]) -> tuple[UUID, UUID]:
    """A committee of the coordination, and a seat in it for the Jugendamt."""
    committee, seat = uuid4(), uuid4()
    with admin(own_database("registry")) as eyes:
        eyes.execute(CONVENED, [committee, "06.spk", "ag"])
        eyes.execute(OFFERED, [seat, "06.spk", committee, "06.jugendamt"])
    return committee, seat


def speak_as(sql: psycopg.Connection, unit: str) -> None:
    sql.execute("SELECT set_config('kiez.unit', %s, true)", [unit])


def test_in_plain_sql_the_invited_unit_takes_its_seat(
    sql: psycopg.Connection, theirs: tuple[UUID, UUID]
) -> None:
    speak_as(sql, "06.jugendamt")
    said = [uuid4(), "06.jugendamt", theirs[1], True, "Planung", ""]
    assert sql.execute(SAID, said).rowcount == 1


def test_in_plain_sql_nobody_takes_a_seat_kept_for_another_unit(
    sql: psycopg.Connection, theirs: tuple[UUID, UUID]
) -> None:
    speak_as(sql, "06.spk")
    with pytest.raises(ForeignKeyViolation):
        sql.execute(SAID, [uuid4(), "06.spk", theirs[1], True, "Planung", ""])


def test_in_plain_sql_nobody_says_in_another_units_name_that_it_comes(
    sql: psycopg.Connection, theirs: tuple[UUID, UUID]
) -> None:
    speak_as(sql, "06.spk")
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        sql.execute(SAID, [uuid4(), "06.jugendamt", theirs[1], True, "Planung", ""])


def test_in_plain_sql_nobody_offers_seats_in_another_units_committee(
    sql: psycopg.Connection, theirs: tuple[UUID, UUID]
) -> None:
    speak_as(sql, "06.jugendamt")
    with pytest.raises(ForeignKeyViolation):
        sql.execute(OFFERED, [uuid4(), "06.jugendamt", theirs[0], "06.jugendamt"])


def test_in_plain_sql_nobody_offers_seats_in_its_conveners_name(
    sql: psycopg.Connection, theirs: tuple[UUID, UUID]
) -> None:
    speak_as(sql, "06.jugendamt")
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        sql.execute(OFFERED, [uuid4(), "06.spk", theirs[0], "06.jugendamt"])


def test_in_plain_sql_its_convener_does_not_move_a_taken_seat_to_another_unit(
    sql: psycopg.Connection, theirs: tuple[UUID, UUID]
) -> None:
    speak_as(sql, "06.jugendamt")
    sql.execute(SAID, [uuid4(), "06.jugendamt", theirs[1], True, "Planung", ""])
    speak_as(sql, "06.spk")
    with pytest.raises(ForeignKeyViolation):
        sql.execute("UPDATE seat SET addressee = '06.sozialamt'")


@pytest.mark.parametrize(("takes", "post", "reason"), [(True, None, ""), (False, None, "")])
def test_in_plain_sql_an_answer_is_complete(
    sql: psycopg.Connection, theirs: tuple[UUID, UUID], takes: bool, post: None, reason: str
) -> None:
    speak_as(sql, "06.jugendamt")
    with pytest.raises(CheckViolation):
        sql.execute(SAID, [uuid4(), "06.jugendamt", theirs[1], takes, post, reason])
