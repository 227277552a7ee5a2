"""The report says in figures what the coordination did and was refused; unknown is not nought."""

import asyncio
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.contracts import SERVICES
from shared.authority import Hat, Role
from shared.database import Sessions
from shared.sealing import seal_all
from tests.conftest import admin
from tests.house import COORDINATION, JUGENDAMT, House

FOREIGN = """INSERT INTO journal
    (request_id, role, unit, owner, act, resource_type, resource_id, said, visibility, shared_with)
    VALUES ('', 'data_coordination', '06.spk', '06.jugendamt', 'request.make', 'request',
        gen_random_uuid(), '{}', 'internal', '{}')"""


@pytest.fixture
def parts(own_sessions: Callable[[str], dict[str, Sessions]]) -> dict[str, Sessions]:
    """Databases of its own for every part; what is committed there is seen by the report alone."""
    return {name: made for part in SERVICES for name, made in own_sessions(part).items()}


TALLY = "/registry/v1/events/tally"
CLERK = Hat(Role.SERVICE, "participation")


async def report(house: House, **asked: str) -> Any:
    answer = await house.as_(at="").get("/authority/report", params=asked)
    return answer.raise_for_status().json()


async def test_it_counts_what_the_coordination_did_and_was_refused(house: House) -> None:
    request = await house.a_request("06.spk", "06.jugendamt")
    await house.as_(COORDINATION).post(f"/requests/{request}/reminders")
    await house.as_(COORDINATION).post(f"/requests/{request}/withdrawal")
    for _ in range(2):
        path = f"/requests/{request}/replies/{uuid4()}/publication"
        await house.as_(COORDINATION).post(path)
    await house.as_(JUGENDAMT).post("/units", json={})

    found = await report(house)

    parts = {part["part"]: part for part in found["parts"]}
    assert set(parts) == {"gateway", "registry", "datahub", "participation"}
    assert parts["registry"]["deeds"] == [
        {"role": "district_coordination", "act": act, "count": 1}
        for act in ("request.remind", "request.withdraw")
    ]
    assert found["refused"] == [
        {
            "role": "district_coordination",
            "act": "reply.publish",
            "rule": "not-your-act",
            "count": 2,
        }
    ]
    assert found["rows_of_other_units"] == 0


async def test_the_nought_is_computed_and_not_written_down(
    parts: dict[str, Sessions], own_database: Callable[[str], str]
) -> None:
    """No hat can do this; the test does, to see the report say so."""
    house = House(parts)
    with admin(own_database("registry")) as eyes:
        eyes.execute(FOREIGN)

    found = await report(house)

    assert found["rows_of_other_units"] == 1
    assert {part["part"]: part["rows_of_other_units"] for part in found["parts"]} == {
        "gateway": 0,
        "registry": 1,
        "datahub": 0,
        "participation": 0,
    }


async def test_a_part_that_is_away_is_unknown_and_not_nought(house: House) -> None:
    inner = house.upstream.handle_async_request

    async def without_the_registry(request: httpx.Request) -> httpx.Response:
        if request.url.host == "registry":
            raise httpx.ConnectError("away")
        return await inner(request)

    house.upstream.handle_async_request = without_the_registry  # type: ignore[method-assign]
    found = await report(house)
    page = await house.as_(at="").get("/authority/report?f=html")

    away = [part for part in found["parts"] if part["away"]]
    assert [(part["part"], part["rows_of_other_units"]) for part in away] == [("registry", None)]
    assert found["rows_of_other_units"] is None
    assert "Unvollständig" in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_many_who_ask_at_once_cost_no_more_than_one(house: House) -> None:
    clients = [house.as_(at="") for _ in range(8)]
    answers = await asyncio.gather(*(client.get("/authority/report") for client in clients))

    assert {answer.status_code for answer in answers} == {200}
    assert len(house.upstream.asked) == 3


@pytest.mark.parametrize("body", [b"", b"{}", b"not json", b'{"counts": [{}]}'])
async def test_figures_that_cannot_be_read_are_no_figures(house: House, body: bytes) -> None:
    async def garbage(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body, request=request)

    house.upstream.handle_async_request = garbage  # type: ignore[method-assign]
    assert (await report(house))["rows_of_other_units"] is None


async def test_it_shows_the_heads_of_the_chains(parts: dict[str, Sessions]) -> None:
    house = House(parts)
    await house.a_request("06.spk", "06.jugendamt")
    heads = {part: (await seal_all(parts[part], part)).head for part in ("gateway", "registry")}

    found = await report(house)

    shown = {part["part"]: part["head"] for part in found["parts"] if part["sealed_at"]}
    assert shown == heads


async def test_a_period_is_half_open_and_by_the_calendar_of_berlin(
    parts: dict[str, Sessions], own_database: Callable[[str], str]
) -> None:
    house = House(parts)
    with admin(own_database("registry")) as eyes:
        eyes.execute(FOREIGN)
        eyes.execute("SET session_replication_role = replica")
        eyes.execute("UPDATE journal SET at = '2026-03-01 00:30+01'")

    async def foreign(since: str, until: str) -> int:
        return int((await report(house, **{"from": since, "until": until}))["rows_of_other_units"])

    assert await foreign("2026-03-01", "2026-03-02") == 1
    assert await foreign("2026-02-01", "2026-03-01") == 0
    assert await foreign("2026-03-02", "2026-03-03") == 0


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-03-02&until=2026-03-02",
        "from=2026-03-03&until=2026-03-02",
        "from=0001-01-01",
        "until=9999-12-31",
        "from=yesterday",
        "from=2026-02-30",
    ],
)
async def test_a_period_without_sense_is_refused(house: House, query: str) -> None:
    public, clerk = house.as_(at=""), house.as_(CLERK, at="")
    asked = (public.get(f"/authority/report?{query}"), clerk.get(f"{TALLY}?{query}"))
    assert [(await each).status_code for each in asked] == [422, 422]


async def test_a_person_reads_it_as_a_page_without_script(house: House) -> None:
    await house.as_(COORDINATION).post(f"/requests/{uuid4()}/replies/{uuid4()}/publication")
    page = await house.as_(at="", accept="text/html").get("/authority/report")

    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["vary"] == "Accept"
    assert "geschriebene Datensätze anderer Einheiten: 0" in page.text
    assert '<a href="/problems/not-your-act">' in page.text
    assert "<script" not in page.text
    assert page.text.count("<caption>") == page.text.count("<table>") == 5


async def test_figures_name_neither_matter_nor_unit_nor_person(house: House) -> None:
    await house.a_request("06.spk", "06.jugendamt", visibility="unit")
    tally = await house.as_(CLERK, at="").get(TALLY)
    whole = tally.text + str(await report(house))

    assert tally.json()["counts"] == [
        {"role": "lead", "act": "request.make", "entries": 1, "others": 0}
    ]
    for word in (r"\b06\.[a-z]", "somebody", "Plätze", "request/"):
        assert not re.search(word, whole)
