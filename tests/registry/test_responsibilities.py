"""The ledger: a responsibility counts by its own unit's word or the Bezirksamt's decision."""

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import strategies as st
from psycopg.errors import CheckViolation, ExclusionViolation, ForeignKeyViolation

from services.registry.topics.model import Topic
from shared.authority import Hat, Role
from tests.conftest import login
from tests.house import COORDINATION, House
from tests.registry.ledger import (
    BOARD,
    PLACE,
    REGION,
    SGA,
    SGA_LEAD,
    WIRTSCHAFT,
    a_confirmation,
    a_decision,
    a_proposal,
    a_topic,
    looked_up,
    said,
)

REASON = {"reason": "Das ist eine Bundesstraße."}
WAY = [Topic(unit="u", code=code, name=code, name_en=code) for code in ("leaf", "branch", "root")]
AREAS = ("06", "0620", "062004", PLACE, "06200420", "07")
DAYS = st.dates(date(2024, 1, 1), date(2024, 1, 12))


async def test_a_unit_is_responsible_when_it_has_confirmed_it(house: House) -> None:
    await a_topic(house)

    row = await a_confirmation(house, SGA)

    assert (row["unit"], row["holder"], row["standing"]) == (SGA, SGA, "confirmed")
    assert (await looked_up(house))["lead"] == SGA


async def test_a_proposal_makes_nobody_responsible(house: House) -> None:
    await a_topic(house)

    proposal = await a_proposal(house, SGA)

    assert (proposal["unit"], proposal["standing"]) == ("06.spk", "proposed")
    finding = await looked_up(house)
    assert (finding["lead"], finding["gap"], finding["candidates"]) == (None, True, [])
    assert "niemand" in finding["explanation"]["de"]
    assert "nobody" in finding["explanation"]["en"]


async def test_the_coordination_neither_confirms_nor_decides(house: House) -> None:
    await a_topic(house)
    spk = house.as_(COORDINATION)

    answers = [
        await spk.post("/responsibilities/confirmations", json=said()),
        await spk.post("/responsibilities/decisions", json=said() | {"holder": SGA}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert {answer.json()["alternative"] for answer in answers} == {"responsibility.propose"}


async def test_a_confirmation_names_nobody_else(house: House) -> None:
    await a_topic(house)
    client = house.as_(SGA_LEAD)
    answer = await client.post("/responsibilities/confirmations", json=said(holder=WIRTSCHAFT))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/holder"


@pytest.mark.parametrize("origin", ["confirmations", "decisions"])
async def test_a_topic_has_one_lead_in_an_area_at_a_time(house: House, origin: str) -> None:
    await a_topic(house)
    first, second = (SGA_LEAD, Hat(Role.LEAD, WIRTSCHAFT))
    drafts = [said(until="2024-01-01"), said(since="2023-12-31"), said(since="2024-01-01")]
    if origin == "decisions":
        first = second = BOARD
        drafts = [draft | {"holder": f"06.amt{n}"} for n, draft in enumerate(drafts)]
    hats = [first, second, second]

    answers = [
        await house.as_(hat).post(f"/responsibilities/{origin}", json=draft)
        for hat, draft in zip(hats, drafts, strict=True)
    ]

    assert [answer.status_code for answer in answers] == [201, 409, 201]
    refusal = answers[1].json()
    assert refusal["type"] == "/problems/lead-taken"
    assert refusal["unit"] == answers[0].json()["unit"]
    assert answers[0].json()["holder"] in refusal["detail"]


async def test_a_unit_says_a_thing_once(house: House) -> None:
    await a_topic(house)
    await a_confirmation(house, SGA, level="involved")

    client = house.as_(SGA_LEAD)
    answer = await client.post("/responsibilities/confirmations", json=said(level="informed"))

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/said-already"


@pytest.mark.parametrize(
    ("hat", "path", "status"),
    [
        (Hat(Role.LEAD, "07.sga"), "confirmations", 409),
        (Hat(Role.LEAD, "be.senuvk"), "confirmations", 201),
        (Hat(Role.EXECUTIVE, "07.bezirksamt"), "decisions", 409),
        (Hat(Role.EXECUTIVE, "be.senuvk"), "decisions", 409),
    ],
)
async def test_a_ledger_is_written_in_its_own_district(
    house: House, hat: Hat, path: str, status: int
) -> None:
    await a_topic(house)
    draft = said() | ({"holder": "07.sga"} if path == "decisions" else {})

    answer = await house.as_(hat).post(f"/responsibilities/{path}", json=draft)

    assert answer.status_code == status
    if status == 409:
        assert answer.json()["type"] == "/problems/area-of-another-district"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"until": "2020-01-01"}, 422),
        ({"area": "62004"}, 422),
        ({"level": "boss"}, 422),
        ({"basis": ""}, 422),
        ({"topic": "nowhere"}, 422),
        ({"proposal_id": str(uuid4())}, 404),
    ],
)
async def test_what_is_said_wrongly_is_refused(
    house: House, more: dict[str, str], status: int
) -> None:
    await a_topic(house)
    client = house.as_(SGA_LEAD)
    answer = await client.post("/responsibilities/confirmations", json=said() | more)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("asked_for", "count"),
    [
        ({}, 4),
        ({"topic": "roads"}, 3),
        ({"area": REGION}, 1),
        ({"holder": WIRTSCHAFT}, 2),
        ({"level": "involved"}, 1),
        ({"on": "2020-06-01"}, 3),
        ({"on": "2019-06-01"}, 0),
        ({"topic": "roads", "holder": SGA, "on": "2026-01-01"}, 1),
    ],
)
async def test_the_ledger_is_read_by_what_one_asks_for(
    house: House, asked_for: dict[str, str], count: int
) -> None:
    await a_topic(house)
    await a_topic(house, "noise")
    await a_decision(house, SGA)
    await a_decision(house, WIRTSCHAFT, level="involved")
    await a_decision(house, SGA, area=REGION, until="2020-02-01")
    await a_decision(house, WIRTSCHAFT, topic="noise")

    answer = await house.as_().get("/responsibilities", params=asked_for | {"count": "exact"})

    assert (answer.json()["total"], len(answer.json()["items"])) == (count, count)


ENTERED = """INSERT INTO responsibility (id, unit, visibility, shared_with, created_at, modified_at,
        origin, holder, topic, area, level, since, ended_on, ending_reason, basis, remark)
    VALUES (%(id)s, %(unit)s, %(visibility)s, '{}', now(), now(), %(origin)s, %(holder)s, 'roads',
        %(area)s, 'lead', %(since)s, %(ended_on)s, '', 'b', '')"""
TOPIC = """INSERT INTO topic (id, unit, visibility, shared_with, created_at, modified_at, code,
    name, name_en, aliases) VALUES (%s, '06.sga', 'public', '{}', now(), now(), 'roads', 'n', 'n',
    '{}')"""
PLAIN = {
    "unit": SGA,
    "visibility": "public",
    "origin": "confirmed",
    "holder": SGA,
    "area": "06",
    "since": "2024-01-01",
    "ended_on": None,
}


@pytest.fixture
def sql(own_database: Callable[[str], str]) -> Iterator[psycopg.Connection]:
    with login(own_database("registry"), "registry_service") as connection:
        connection.execute("SELECT set_config('kiez.unit', '06.sga', true)")
        connection.execute(TOPIC, [uuid4()])
        yield connection
        connection.rollback()


@pytest.mark.parametrize(
    ("more", "broken"),
    [
        ({"holder": WIRTSCHAFT}, CheckViolation),
        ({"origin": "assumed"}, CheckViolation),
        ({"visibility": "internal"}, CheckViolation),
        ({"area": "07"}, CheckViolation),
        ({"origin": "decided", "unit": "be.senuvk"}, CheckViolation),
        ({"ended_on": "2023-12-31"}, CheckViolation),
        ({}, ExclusionViolation),
    ],
)
def test_the_database_itself_keeps_the_ledger(
    sql: psycopg.Connection, more: dict[str, str], broken: type[psycopg.Error]
) -> None:
    sql.execute(ENTERED, PLAIN | {"id": uuid4()})
    row = PLAIN | {"since": "2024-06-01"} | more
    sql.execute("SELECT set_config('kiez.unit', %s, true)", [row["unit"]])
    with pytest.raises(broken):
        sql.execute(ENTERED, row | {"id": uuid4()})


def test_the_database_itself_knows_one_decided_lead(sql: psycopg.Connection) -> None:
    decided = PLAIN | {"origin": "decided"}
    sql.execute(ENTERED, decided | {"id": uuid4(), "ended_on": "2024-06-01"})
    sql.execute(ENTERED, decided | {"id": uuid4(), "since": "2024-06-01"})
    with pytest.raises(ExclusionViolation, match="one_lead"):
        sql.execute(ENTERED, decided | {"id": uuid4(), "holder": WIRTSCHAFT})


def test_only_the_named_unit_objects_in_the_database_too(sql: psycopg.Connection) -> None:
    def objects(row: UUID) -> None:
        sql.execute(
            """INSERT INTO contest (id, unit, visibility, shared_with, created_at, modified_at,
                   responsibility_id, reason, contested_on)
               VALUES (%s, '06.sga', 'public', '{}', now(), now(), %s, 'r', now())""",
            [uuid4(), row],
        )

    mine, theirs = uuid4(), uuid4()
    decided = PLAIN | {"origin": "decided"}
    sql.execute(ENTERED, decided | {"id": mine})
    sql.execute(ENTERED, decided | {"id": theirs, "holder": WIRTSCHAFT, "area": "0620"})
    objects(mine)
    with pytest.raises(ForeignKeyViolation):
        objects(theirs)
