"""The way in refuses what it would otherwise have to guess."""

from typing import Any
from uuid import uuid4

import pytest
from starlette.types import ASGIApp

from shared.authority import Hat, Role
from tests.house import COORDINATION, JUGENDAMT, House


@pytest.fixture
def closed() -> House:
    """A house that needs no database, because nobody gets as far."""
    return House({})


async def knock(gate: ASGIApp, path: bytes, *headers: tuple[bytes, bytes]) -> int:
    """The status of a request sent exactly as it is written."""
    statuses: list[int] = []
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": b"",
        "headers": [(b"host", b"gateway"), *headers],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        statuses.append(message.get("status"))

    await gate(scope, receive, send)
    return statuses[0]


@pytest.mark.parametrize(
    "path",
    [
        b"/registry//v1/requests",
        b"/registry/v1/../v1/requests",
        b"/registry/v1/%2e%2e/requests",
        b"/registry/v1/requests%2Fx",
        b"/registry/v1/requests/",
        b"/registry/v1/requests;x=1",
        b"/registry/v1/requests%00",
        "/registry/v1/requests\xad".encode("latin-1"),
    ],
)
async def test_a_disguised_path_is_refused_not_repaired(closed: House, path: bytes) -> None:
    assert await knock(closed.gate, path) == 400
    assert closed.upstream.asked == []


async def test_an_address_without_a_path_is_refused(closed: House) -> None:
    assert await knock(closed.gate, b"*") == 400


@pytest.mark.parametrize("twice", [b"host", b"authorization", b"x-acting-as"])
async def test_what_must_be_said_once_is_not_said_twice(closed: House, twice: bytes) -> None:
    assert await knock(closed.gate, b"/registry/v1/requests", (twice, b"a"), (twice, b"b")) == 400


async def test_what_no_contract_offers_does_not_exist(closed: House) -> None:
    client = closed.as_(JUGENDAMT)
    assert (await client.get("/openapi.json")).status_code == 404
    gone = await client.delete(f"/requests/{uuid4()}")
    assert (gone.status_code, gone.json()["allowed"]) == (405, ["GET"])


async def test_a_person_with_two_hats_says_which_one_acts(house: House) -> None:
    both = (JUGENDAMT, COORDINATION)
    request = await house.a_request("06.spk", "06.jugendamt")
    path = f"/requests/{request}/withdrawal"

    asked = [
        (await house.as_(*both, **hat).post(path)).status_code
        for hat in (
            {},
            {"x-acting-as": "lead@06.jugendamt"},
            {"x-acting-as": "lead@06.spk"},
            {"x-acting-as": "district_coordination@06.spk"},
        )
    ]

    assert asked == [400, 403, 400, 201]


async def test_a_token_for_one_act_opens_no_other(house: House) -> None:
    request = await house.a_request("06.spk", "06.jugendamt")
    await house.as_(COORDINATION).get(f"/requests/{request}")
    stolen = house.upstream.asked[-1].headers["authorization"]

    headers = {"authorization": stolen, "host": "registry"}
    upstream = house.upstream
    again = await upstream.handle_async_request(
        upstream.asked[-1].__class__("GET", "http://registry/registry/v1/requests", headers=headers)
    )

    assert again.status_code == 401


async def test_no_header_says_who_somebody_is(house: House) -> None:
    await house.as_(**{"x-unit": "06.spk", "cookie": "a=b", "x-forwarded-for": "::1"}).get(
        f"/requests/{uuid4()}"
    )

    passed = set(house.upstream.asked[-1].headers)
    assert passed <= {"host", "accept", "authorization", "x-request-id", "accept-encoding"}


async def test_reading_shares_a_token_and_every_change_gets_its_own(house: House) -> None:
    request = await house.a_request("06.spk", "06.jugendamt")
    for _ in range(2):
        await house.as_(COORDINATION).get(f"/requests/{request}")
        await house.as_(COORDINATION).post(f"/requests/{request}/reminders")

    tokens = [asked.headers["authorization"] for asked in house.upstream.asked[-4:]]
    assert tokens[0] == tokens[2]
    assert tokens[1] != tokens[3]


async def test_kept_tokens_never_cross_hats(house: House) -> None:
    request = await house.a_request("06.spk", "06.jugendamt")
    for hat in (COORDINATION, JUGENDAMT, Hat(Role.LEAD, "06.spk")):
        await house.as_(hat).get(f"/requests/{request}")

    assert len({asked.headers["authorization"] for asked in house.upstream.asked[-3:]}) == 3
