"""The same key and the same request give the same answer, once."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.authority import Hat, Role
from shared.database import Sessions, engine_on, sessions_on
from tests.conftest import admin, url
from tests.house import COORDINATION, JUGENDAMT, QUESTION, SOZIALAMT, House

DRAFT = QUESTION | {"addressee": "06.jugendamt"}


async def asked(house: House, hat: Hat, key: str, **more: str) -> httpx.Response:
    return await house.as_(hat, **{"idempotency-key": key}).post("/requests", json=DRAFT | more)


async def count(house: House) -> int:
    answer = await house.as_(COORDINATION).get("/requests", params={"count": "exact"})
    return int(answer.json()["total"])


async def test_a_retry_gets_the_same_answer_and_does_nothing(house: House) -> None:
    key = str(uuid4())

    first, again = [await asked(house, COORDINATION, key) for _ in range(2)]

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert await count(house) == 1


async def test_the_same_key_for_another_body_is_refused(house: House) -> None:
    await asked(house, COORDINATION, "k" * 20)

    answer = await asked(house, COORDINATION, "k" * 20, question="Etwas anderes?")

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/key-reused"


async def test_a_key_is_known_for_its_own_subject_and_unit_alone(house: House) -> None:
    await asked(house, COORDINATION, "k" * 20)

    answer = await asked(house, SOZIALAMT, "k" * 20)

    assert answer.status_code == 201
    assert "idempotent-replayed" not in answer.headers
    assert await count(house) == 2


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_without_sense_is_refused(house: House, key: str) -> None:
    assert (await asked(house, COORDINATION, key)).status_code == 400


async def test_what_was_refused_is_not_remembered(house: House) -> None:
    refused = await asked(house, JUGENDAMT, "k" * 20)
    client = house.as_(JUGENDAMT, **{"idempotency-key": "k" * 20})
    answer = await client.post("/requests", json=DRAFT | {"addressee": "06.sozialamt"})

    assert (refused.status_code, answer.status_code) == (409, 201)


async def test_twins_at_the_same_time_make_one_row(
    own_database: Callable[[str], str], own_sessions: Callable[[str], dict[str, Sessions]]
) -> None:
    engine: AsyncEngine = engine_on(url(own_database("registry"), "registry_service"))
    house = House(own_sessions("registry") | {"registry": sessions_on(engine)})

    answers = await asyncio.gather(*(asked(house, COORDINATION, "k" * 20) for _ in range(6)))

    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    with admin(own_database("registry")) as eyes:
        assert eyes.execute("SELECT count(*) FROM request").fetchone() == (1,)
    await engine.dispose()


async def test_no_other_unit_reads_an_answer_that_was_kept(
    own_database: Callable[[str], str], own_sessions: Callable[[str], dict[str, Sessions]]
) -> None:
    house = House(own_sessions("registry"))
    await asked(house, Hat(Role.LEAD, "06.spk"), "k" * 20)

    with admin(own_database("registry")) as eyes:
        eyes.execute("SET ROLE registry_service")
        eyes.execute("SET kiez.unit = '06.jugendamt'")
        eyes.execute("SET kiez.staff = 'yes'")
        assert eyes.execute("SELECT * FROM idempotency").fetchall() == []
        eyes.execute("SET kiez.unit = '06.spk'")
        assert len(eyes.execute("SELECT * FROM idempotency").fetchall()) == 1
