"""Every change that passes the gate is kept before it is done, with what came of it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import CapturingLogger

from shared.authority import Hat, Role
from shared.database import Sessions, engine_on, sessions_on
from tests.conftest import admin
from tests.house import ACCEPTED, CITIZEN, COORDINATION, JUGENDAMT, SOZIALAMT, House

AUDITOR = Hat(Role.AUDITOR, "06.revision")
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
ITEM = {"title": "Bank", "text": "Hier fehlt eine Bank.", "areas": ["06200419"]}


async def passages(house: House, **asked: str) -> list[dict[str, Any]]:
    answer = await house.as_(AUDITOR, at="").get("/passages", params=asked)
    return list(answer.raise_for_status().json()["items"])


async def journalled(sessions: dict[str, Sessions]) -> list[Any]:
    """The gateway's own entries: act, subject, request id and what was said."""
    async with sessions["gateway"]() as session:
        entries = "SELECT act, subject, request_id, said FROM journal ORDER BY seq"
        return list((await session.execute(text(entries))).all())


async def test_a_change_is_kept_with_hat_act_and_outcome(
    house: House, sessions: dict[str, Sessions]
) -> None:
    request = await house.a_request("06.spk", "06.jugendamt")
    client = house.as_(COORDINATION, **{"x-request-id": "reminder-1"})
    await client.post(f"/requests/{request}/reminders")

    kept = (await passages(house))[0]

    told = {key: kept[key] for key in ("request_id", "role", "acting", "act", "act_class")}
    assert told == {
        "request_id": "reminder-1",
        "role": "district_coordination",
        "acting": "06.spk",
        "act": "request.remind",
        "act_class": "coordinate",
    }
    assert kept["outcome"] == 201
    before, after = (await journalled(sessions))[-2:]
    assert before[:3] == after[:3] == ("passage.keep", "somebody", "reminder-1")
    assert (before.said["outcome"], after.said["outcome"]) == (None, 201)
    assert "somebody" not in str(kept)


async def test_it_is_kept_before_the_service_is_asked(
    own_sessions: Callable[[str], dict[str, Sessions]], own_database: Callable[[str], str]
) -> None:
    house = House(own_sessions("registry"))
    seen: list[Any] = []
    inner = house.upstream.handle_async_request

    async def look(request: httpx.Request) -> httpx.Response:
        with admin(own_database("gateway")) as eyes:
            seen.extend(eyes.execute("SELECT act, outcome FROM passage").fetchall())
        return await inner(request)

    house.upstream.handle_async_request = look  # type: ignore[method-assign]
    await house.a_request("06.spk", "06.jugendamt")

    assert seen == [("request.make", None)]


async def test_to_read_leaves_no_trace(house: House, sessions: dict[str, Sessions]) -> None:
    await house.as_(COORDINATION).get("/requests")
    areas = house.as_(at="/datahub/v1")
    await areas.post("/areas/locate", json={"points": [{"lon": 13.3, "lat": 52.4}]})

    assert await passages(house) == []
    assert await journalled(sessions) == []


async def test_what_the_service_refuses_is_a_passage_and_a_refusal(
    house: House, sessions: dict[str, Sessions]
) -> None:
    request = await house.a_request("06.spk", "06.jugendamt")
    await house.as_(SOZIALAMT).post(f"/requests/{request}/replies", json=ACCEPTED)

    assert (await passages(house))[0]["outcome"] == 403
    acts = [(entry.act, entry.said.get("rule")) for entry in await journalled(sessions)]
    assert acts[-1] == ("refusal.keep", "not-yours")


async def test_what_the_page_refuses_is_a_refusal_and_no_passage(
    house: House, sessions: dict[str, Sessions]
) -> None:
    path = f"/requests/{uuid4()}/replies/{uuid4()}/publication"
    assert (await house.as_(COORDINATION).post(path)).status_code == 403

    assert await passages(house) == []
    (entry,) = await journalled(sessions)
    assert (entry.act, entry.subject, entry.said["act"]) == (
        "refusal.keep",
        "somebody",
        "reply.publish",
    )


async def test_a_resident_is_kept_as_one_and_not_by_name(
    house: House, sessions: dict[str, Sessions]
) -> None:
    for client in (house.as_(CITIZEN, at=""), house.as_(at="")):
        (await client.post("/participation/v1/items", json=ITEM)).raise_for_status()

    kept = await passages(house)

    assert [(each["role"], each["acting"]) for each in kept] == [
        ("public", "link"),
        ("citizen", "person"),
    ]
    assert "link:" not in str([entry.said for entry in await journalled(sessions)])


async def test_no_change_passes_that_cannot_be_kept(
    own_engine: Callable[[str], AsyncEngine], own_database: Callable[[str], str]
) -> None:
    gateway = engine_on(NOWHERE)
    parts = {"registry": sessions_on(own_engine("registry")), "gateway": sessions_on(gateway)}
    house = House(parts)
    house.revocations.take([])  # known from before
    draft = {"addressee": "06.jugendamt", "question": "?", "wished_by": "2030-01-31"}

    changed = await house.as_(COORDINATION).post("/requests", json=draft)
    asked = list(house.upstream.asked)
    read = await house.as_(COORDINATION).get("/requests")
    refused = await house.as_(JUGENDAMT).post("/units", json={})
    await gateway.dispose()

    assert (changed.status_code, changed.json()["type"]) == (503, "/problems/away")
    assert asked == []
    assert (read.status_code, refused.status_code) == (200, 403)
    with admin(own_database("registry")) as eyes:
        assert eyes.execute("SELECT count(*) FROM request").fetchone() == (0,)


async def test_an_outcome_that_cannot_be_kept_does_not_hold_back_the_answer(
    own_sessions: Callable[[str], dict[str, Sessions]],
    own_database: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = CapturingLogger()
    monkeypatch.setattr("gateway.passages.actions.log", said)
    house = House(own_sessions("registry"))
    inner = house.upstream.handle_async_request

    async def break_down(request: httpx.Request) -> httpx.Response:
        with admin(own_database("gateway")) as eyes:
            eyes.execute("REVOKE UPDATE ON passage FROM gateway_service")
        return await inner(request)

    house.upstream.handle_async_request = break_down  # type: ignore[method-assign]
    await house.a_request("06.spk", "06.jugendamt")

    with admin(own_database("gateway")) as eyes:
        assert eyes.execute("SELECT act, outcome FROM passage").fetchall() == [
            ("request.make", None)
        ]
    assert [call.args for call in said.calls] == [("an outcome could not be written down",)]


async def test_a_service_that_does_not_answer_leaves_the_outcome_open(house: House) -> None:
    async def silence(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("nothing")

    house.upstream.handle_async_request = silence  # type: ignore[method-assign]
    answer = await house.as_(COORDINATION).post(f"/requests/{uuid4()}/reminders")

    assert answer.status_code in {502, 504}
    assert [each["outcome"] for each in await passages(house)] == [None]


async def test_passages_are_found_by_unit_and_act(house: House) -> None:
    await house.a_request("06.spk", "06.jugendamt")
    await house.a_request("06.sozialamt", "06.jugendamt")

    assert len(await passages(house, act="request.make")) == 2
    assert [each["acting"] for each in await passages(house, acting="06.spk")] == ["06.spk"]
    assert (await house.as_(at="").get("/passages")).status_code == 401
    assert (await house.as_(CITIZEN, at="").get("/passages")).status_code == 403
