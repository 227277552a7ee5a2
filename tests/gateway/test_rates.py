"""Who asks too much waits; who asks is told how much is left; and nobody pays for another."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.errors import StorageError
from limits.storage import storage_from_string

from deploy.local.issuer import access_token
from gateway.rates import rates
from gateway.rates.addresses import Addresses
from gateway.rates.rates import Policy
from shared.database import Sessions
from tests.house import COORDINATION, JUGENDAMT, QUESTION, House

FEW: dict[str, Any] = {"rate_per_address": "3/day", "rate_per_subject": "3/day"}
NOWHERE = "/registry/v1/nothing"


def at(house: House, address: str, **headers: str) -> httpx.AsyncClient:
    """A client whose connection comes from `address`."""
    transport = httpx.ASGITransport(house.gate, client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers)


async def answers(client: httpx.AsyncClient, times: int) -> list[httpx.Response]:
    return [await client.get(NOWHERE) for _ in range(times)]


@pytest.fixture
def strict() -> House:
    return House({}, **FEW)


async def test_an_address_that_asks_too_much_is_told_when_to_come_back(strict: House) -> None:
    *before, refused = await answers(at(strict, "192.0.2.1"), 4)

    assert [each.status_code for each in before] == [404] * 3
    assert refused.status_code == 429
    assert refused.json()["type"] == "/problems/too-many"
    assert 1 <= int(refused.headers["retry-after"]) <= 86_400
    assert (await at(strict, "192.0.2.2").get(NOWHERE)).status_code == 404


async def test_every_answer_says_what_is_left(strict: House) -> None:
    told = [each.headers for each in await answers(at(strict, "192.0.2.1"), 4)]

    assert {each["ratelimit-policy"] for each in told} == {'"address";q=3;w=86400'}
    assert [each["ratelimit"].split(";")[:2] for each in told] == [
        ['"address"', f"r={left}"] for left in (2, 1, 0, 0)
    ]


async def test_what_is_ambiguous_costs_as_well(strict: House) -> None:
    client = at(strict, "192.0.2.1")
    asked = [await client.get("/registry//v1") for _ in range(4)]
    assert [each.status_code for each in asked] == [400, 400, 400, 429]


async def test_health_is_free(strict: House) -> None:
    client = at(strict, "192.0.2.1")
    found = {(await client.get("/health/live")).status_code for _ in range(6)}
    assert found == {200}


async def test_an_office_behind_one_address_is_counted_person_by_person(strict: House) -> None:
    """Signed in, a subject has a rate of its own, and the public's address is not charged."""
    client = strict.as_(JUGENDAMT, at="")
    signed_in = [await client.get("/authority") for _ in range(4)]
    public = await strict.as_(at="").get("/authority")
    token = access_token(strict.issuer_key, "somebody else", JUGENDAMT)
    colleague = strict.as_(at="", authorization=f"Bearer {token}")

    assert [each.status_code for each in signed_in] == [200, 200, 200, 429]
    assert signed_in[0].headers["ratelimit-policy"] == '"subject";q=3;w=86400'
    assert public.status_code == 200
    assert (await colleague.get("/authority")).status_code == 200


async def test_tokens_that_do_not_hold_are_counted_by_address(strict: House) -> None:
    client = at(strict, "192.0.2.1", authorization="Bearer a.b.c")
    seen = [(await client.get("/authority")).status_code for _ in range(5)]
    other = at(strict, "192.0.2.2", authorization="Bearer a.b.c")

    assert seen == [401, 401, 401, 429, 429]
    assert (await other.get("/authority")).status_code == 401


async def test_from_where_too_many_bad_tokens_came_a_good_one_is_not_heard(strict: House) -> None:
    """Checking signatures is the dearest thing that a stranger can make us do."""
    bad = at(strict, "192.0.2.1", authorization="Bearer a.b.c")
    for _ in range(3):
        await bad.get("/authority")
    good = strict.as_(JUGENDAMT).headers["authorization"]
    here, there = [
        await at(strict, address, authorization=good).get("/authority")
        for address in ("192.0.2.1", "192.0.2.2")
    ]

    assert (here.status_code, there.status_code) == (429, 200)


async def test_changes_have_a_lower_rate(sessions: dict[str, Sessions]) -> None:
    house = House(sessions, rate_of_changes="1/day")
    client = house.as_(COORDINATION)
    draft = QUESTION | {"addressee": "06.jugendamt"}

    made = [await client.post("/requests", json=draft) for _ in range(2)]
    read = await client.get("/requests")

    assert [each.status_code for each in made] == [201, 429]
    assert made[0].headers["ratelimit-policy"] == '"subject";q=6000;w=60, "changes";q=1;w=86400'
    assert read.status_code == 200


def scope(peer: str, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return {"client": (peer, 1), "headers": headers}


PROXY = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "counted"),
    [
        ([], "192.0.2.1", ("198.51.100.7",), "192.0.2.1"),
        (PROXY, "192.0.2.1", ("198.51.100.7",), "192.0.2.1"),
        (PROXY, "10.0.0.1", ("198.51.100.7",), "198.51.100.7"),
        (PROXY, "10.0.0.1", ("1.1.1.1, 198.51.100.7, 10.0.0.2",), "198.51.100.7"),
        (PROXY, "10.0.0.1", ("1.1.1.1", "198.51.100.7"), "198.51.100.7"),
        (PROXY, "10.0.0.1", ("1.1.1.1, nonsense",), "10.0.0.1"),
        (PROXY, "10.0.0.1", (), "10.0.0.1"),
        (PROXY, "::ffff:10.0.0.1", ("198.51.100.7",), "198.51.100.7"),
        (PROXY, "fd00::1", ("2001:db8:1:2:3::4",), "2001:db8:1:2::/64"),
        ([], "2001:db8:1:2:ffff::9", (), "2001:db8:1:2::/64"),
        ([], "fe80::1%eth0", (), "fe80::/64"),
        ([], "::ffff:192.0.2.1", (), "192.0.2.1"),
    ],
)
def test_o6_the_address_is_the_connections_unless_a_proxy_of_ours_says_another(
    trusted: list[Any], peer: str, forwarded: tuple[str, ...], counted: str
) -> None:
    assert Addresses(trusted).of(scope(peer, *forwarded)) == counted


def test_o6_a_million_addresses_take_no_more_memory_than_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rates, "MOST_KEPT", 100)
    policy = Policy("address", "3/day")
    for number in range(1000):
        policy.take(str(number))

    assert policy.size == 100
    assert policy.look("999").taken == 2, "the latest are counted on"


def test_a_window_ends_and_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    policy, now = Policy("address", "2/minute"), 1_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    seconds = [policy.take("a") for _ in range(3)][-1].seconds
    now += seconds - 1
    assert policy.take("a").taken == 4
    now += 1
    assert policy.take("a").taken == 1


@pytest.fixture
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    """The memory of `limits`, or a true Redis where there is one."""
    if request.param == "memory":
        yield MemoryStorage()
        return
    pytest.importorskip("redis", reason="the client for Redis is not installed")
    if not (server := shutil.which("redis-server")):
        pytest.skip("there is no redis-server on this machine")
    place = tmp_path / "socket"
    process = await asyncio.create_subprocess_exec(
        *(server, "--port", "0", "--unixsocket", str(place), "--save", ""),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    while b"ready to accept" not in (line := await process.stdout.readline()).lower():
        assert line, "redis-server did not start"
    made = storage_from_string(
        f"async+redis+unix://{place}", implementation="redispy", wrap_exceptions=True
    )
    assert isinstance(made, RedisStorage)
    assert isinstance(made.bridge, RedispyBridge)
    yield made
    await made.bridge.storage.aclose()
    process.terminate()
    await process.wait()


@pytest.mark.parametrize("storage", ["memory", "redis"], indirect=True)
async def test_gateways_that_share_a_storage_count_together(storage: Storage) -> None:
    one, other = (Policy("address", "10/day", storage) for _ in range(2))
    for _ in range(4):
        for policy in (one, other):
            policy.take("192.0.2.1")
            policy.take("192.0.2.1")
        await asyncio.sleep(1.5 * rates.BETWEEN_TELLINGS)

    # Of 16 each knows all but what the other took last; alone it would know of 8.
    assert all(policy.look("192.0.2.1").taken > 14 for policy in (one, other))


async def test_where_the_shared_storage_is_away_each_gateway_counts_for_itself() -> None:
    class Away(MemoryStorage):
        async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
            raise StorageError(ConnectionError())

    policy = Policy("address", "2/day", Away())
    taken = [policy.take("192.0.2.1") for _ in range(3)]
    await asyncio.sleep(2 * rates.BETWEEN_TELLINGS)

    taken[1].must_be_left()
    with pytest.raises(rates.TooMany):
        policy.take("192.0.2.1").must_be_left()
