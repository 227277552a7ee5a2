"""Kept answers straight from the connection are the same as those that go the long way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from gateway.entrance.swift import Entrance, Swift
from tests.gateway.test_cache import Told
from tests.house import House

ROOM = 1_000_000

GET = b"GET /registry/v1/units HTTP/1.1\r\nHost: x\r\n"
OTHER = b"GET /registry/v1/topics HTTP/1.1\r\nHost: x\r\n\r\n"


class Long:
    """The long way; it counts who goes it."""

    def __init__(self, app: Any) -> None:
        self.app, self.gone = app, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.gone += 1
        await self.app(scope, receive, send)


class Line:
    """A connection to the gateway."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def asks(self, *requests: bytes) -> list[tuple[int, dict[str, str], bytes]]:
        self.writer.write(b"".join(requests))
        return [await self.answer() for _ in requests]

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = [line.split(": ", 1) for line in head[1:-2]]
        headers = {name.lower(): value for name, value in pairs}
        assert len(pairs) == len(headers), "no field twice"
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split()[1]), headers, body


@asynccontextmanager
async def served(house: House) -> AsyncIterator[tuple[Long, Any]]:
    """The gate on a socket; its long way, and a way to call."""
    long = Long(house.gate)
    config = uvicorn.Config(
        Entrance(long, house.gate.gate),
        port=0,
        http=Swift,
        lifespan="off",
        log_level="error",
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]

    async def call() -> Line:
        return Line(*await asyncio.open_connection("127.0.0.1", port))

    try:
        yield long, call
    finally:
        server.should_exit = server.force_exit = True
        await server.shutdown()


@pytest.fixture
async def told() -> Told:
    return Told()


@pytest.fixture
async def gateway(told: Told) -> AsyncIterator[tuple[Long, Any]]:
    async with served(House({}, told.everywhere, cache_bytes=ROOM)) as made:
        yield made


async def test_the_second_answer_is_the_first_without_the_long_way(
    gateway: tuple[Long, Any],
) -> None:
    long, call = gateway
    line = await call()
    (first,) = await line.asks(GET + b"\r\n")
    (second,) = await line.asks(GET + b"\r\n")
    line.writer.close()

    assert long.gone == 1
    assert first[2] == second[2] != b""
    own = {"cache-status", "age", "x-request-id", "ratelimit", "date"}
    assert {k: v for k, v in first[1].items() if k not in own} == {
        k: v for k, v in second[1].items() if k not in own
    }
    assert first[1].keys() == second[1].keys()
    assert second[1]["cache-status"] == "kiezknoten; hit"


async def test_answers_come_in_the_order_of_the_requests(gateway: tuple[Long, Any]) -> None:
    long, call = gateway
    line = await call()
    await line.asks(GET + b"\r\n")
    answers = await line.asks(GET + b"\r\n", OTHER, GET + b"\r\n", OTHER, GET + b"\r\n")
    line.writer.close()

    assert [status for status, _, _ in answers] == [200] * 5
    assert {answers[n][1]["etag"] for n in (0, 2, 4)} == {'"one"'}
    assert "stored" in answers[1][1]["cache-status"], "the other answer stands in second place"
    assert long.gone >= 2


async def test_whoever_has_it_already_is_told_so(gateway: tuple[Long, Any]) -> None:
    long, call = gateway
    line = await call()
    await line.asks(GET + b"\r\n")
    ((status, headers, _),) = await line.asks(GET + b'If-None-Match: "one"\r\n\r\n')
    line.writer.close()

    assert (status, headers["etag"], long.gone) == (304, '"one"', 1)
    assert "content-length" not in headers


@pytest.mark.parametrize(
    "fields",
    [
        b"Authorization: Bearer a.b.c",
        b"X-Contribution-Link: " + b"x" * 43,
        b"Connection: close",
        b"Origin: https://kiez.example",
        b"Range: bytes=0-1",
        b"Host: y",
    ],
)
async def test_whatever_is_not_plain_goes_the_long_way(
    gateway: tuple[Long, Any], fields: bytes
) -> None:
    long, call = gateway
    line = await call()
    await line.asks(GET + b"\r\n")
    await line.asks(GET + fields + b"\r\n\r\n")
    line.writer.close()
    assert long.gone == 2


async def test_h13_without_a_host_there_is_no_short_way(gateway: tuple[Long, Any]) -> None:
    _, call = gateway
    line = await call()
    await line.asks(GET + b"\r\n")
    ((status, _, _),) = await line.asks(GET.replace(b"Host: x\r\n", b"") + b"\r\n")
    line.writer.close()
    assert status == 400


async def test_o6_the_short_way_costs_as_much(told: Told) -> None:
    house = House({}, told.everywhere, rate_per_address="3/day", cache_bytes=ROOM)
    async with served(house) as (long, call):
        line = await call()
        answers = [(await line.asks(GET + b"\r\n"))[0] for _ in range(4)]
        line.writer.close()

    assert [status for status, _, _ in answers] == [200, 200, 200, 429]
    assert answers[2][1]["ratelimit"].startswith('"address";r=0;')
    assert long.gone == 2


async def test_whoever_asks_and_never_reads_fills_no_memory(told: Told) -> None:
    """Answers that are not taken are waited for, as on the long way."""
    told.more = "x" * 100_000
    async with served(House({}, told.everywhere, cache_bytes=ROOM)) as (long, call):
        line = await call()
        await line.asks(GET + b"\r\n")
        line.writer.write((GET + b"\r\n") * 2_000)
        await asyncio.sleep(1)
        line.writer.transport.abort()
    assert long.gone == 2, "the first that found no room waits there, and all others behind it"
