"""Lists are stable page by page, and say clearly what they do not understand."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.house import COORDINATION, House


async def test_what_is_written_meanwhile_shifts_no_page(house: House) -> None:
    made = [await house.a_request("06.spk", "06.jugendamt") for _ in range(5)]
    client = house.as_(COORDINATION)

    first = (await client.get("/requests", params={"limit": 2})).json()
    await house.a_request("06.spk", "06.jugendamt")
    second = (await client.get("/requests", params={"limit": 2, "cursor": first["next"]})).json()
    third = (await client.get("/requests", params={"limit": 2, "cursor": second["next"]})).json()

    seen = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert seen == made[::-1]
    assert third["next"] is None


async def test_a_list_counts_only_when_asked(house: House) -> None:
    await house.a_request("06.spk", "06.jugendamt")
    client = house.as_(COORDINATION)

    plain, counted = [
        (await client.get("/requests", params=asked)).json() for asked in ({}, {"count": "exact"})
    ]

    assert (plain["total"], counted["total"]) == (None, 1)


async def test_another_system_stays_in_step_by_what_changed_since(house: House) -> None:
    await house.a_request("06.spk", "06.jugendamt")
    client = house.as_(COORDINATION)
    now = datetime.now(UTC)

    answers = [
        await client.get("/requests", params={"modified_since": at.isoformat()})
        for at in (now - timedelta(minutes=1), now + timedelta(minutes=1))
    ]

    assert [len(answer.json()["items"]) for answer in answers] == [1, 0]


@pytest.mark.parametrize(
    "cursor", ["x", "bnVsbA", "WyJSZXF1ZXN0IixudWxsXQ", "WyJGZWVkIix7ImlkIjoieCJ9XQ", "%00", "é"]
)
async def test_a_made_up_cursor_is_refused(house: House, cursor: str) -> None:
    answer = await house.as_(COORDINATION).get("/requests", params={"cursor": cursor})

    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/bad-cursor"


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "viele", "1e3"])
async def test_a_limit_out_of_bounds_is_refused(house: House, limit: str) -> None:
    answer = await house.as_(COORDINATION).get("/requests", params={"limit": limit})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/limit"


async def test_a_parameter_nobody_knows_is_not_ignored(house: House) -> None:
    answer = await house.as_(COORDINATION).get("/requests", params={"adressat": "06.jugendamt"})

    assert answer.status_code == 400
    assert "adressat" in answer.json()["detail"]
    assert "addressee" in answer.json()["allowed"]


async def test_a_record_that_stands_as_before_is_not_sent_again(house: House) -> None:
    client = house.as_(COORDINATION)
    request = await house.a_request("06.spk", "06.jugendamt")

    first = await client.get(f"/requests/{request}")
    tag = first.headers["etag"]
    again = await client.get(f"/requests/{request}", headers={"if-none-match": f'"x", W/{tag}'})
    await house.a_reply(request, "06.jugendamt")
    changed = await client.get(f"/requests/{request}", headers={"if-none-match": tag})

    assert (first.status_code, again.status_code, changed.status_code) == (200, 304, 200)
    assert again.content == b""
    assert changed.headers["etag"] != tag


async def test_what_does_not_exist_is_a_problem_document(house: House) -> None:
    answer = await house.as_(COORDINATION).get(f"/requests/{uuid4()}")

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/not-found"
