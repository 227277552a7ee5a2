"""What one request may cost, and how many there may be at a time."""

import asyncio
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from gateway.contracts import FOLDER
from tests.gateway.wires import (
    FINE,
    ITEMS,
    UNITS,
    Heard,
    behind,
    contracts_in,
    eventually,
    in_front,
    is_a_problem,
)

pytestmark = pytest.mark.usefixtures("journal")


class Slow:
    """A service that answers when it is told to."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.now = self.most = 0

    async def __call__(self, heard: Heard) -> None:
        while await heard.request():
            self.now += 1
            self.most = max(self.most, self.now)
            await self.go.wait()
            self.now -= 1
            await heard.say(FINE)


async def test_whoever_finds_no_place_waits_and_whoever_finds_no_seat_is_told_so() -> None:
    slow = Slow()
    tight: dict[str, Any] = {"most_at_once": 3, "most_waiting": 2}
    async with behind(slow) as service, in_front(service.port, **tight) as front:
        client = front.as_()
        asking = [asyncio.create_task(client.get(UNITS)) for _ in range(9)]
        await eventually(lambda: sum(each.done() for each in asking) == 4)
        await eventually(lambda: slow.now == 3)
        refused = [each.result() for each in asking if each.done()]
        slow.go.set()
        answers = await asyncio.gather(*asking)

    assert len(refused) == 4
    for each in refused:
        is_a_problem(each, 503, "busy")
    assert [answer.status_code for answer in answers].count(200) == 5
    assert slow.most == 3


async def test_nobody_waits_for_a_place_for_ever() -> None:
    slow = Slow()
    async with behind(slow) as service, in_front(service.port, most_at_once=1) as front:
        first = asyncio.create_task(front.as_().get(UNITS))
        await eventually(lambda: slow.now == 1)
        is_a_problem(await front.as_().get(UNITS), 503, "busy")
        slow.go.set()
        assert (await first).status_code == 200


@pytest.mark.parametrize("framing", ["Content-Length: 100", "Transfer-Encoding: chunked"])
async def test_whoever_sends_slowly_takes_no_place(framing: str) -> None:
    async with behind() as service, in_front(service.port, most_at_once=1) as front:
        _, writer = await front.socket()
        head = f"POST {ITEMS} HTTP/1.1\r\nHost: gateway\r\n{framing}\r\n\r\n"
        writer.write(head.encode() + b"5\r\n{")
        await asyncio.sleep(0.3)

        assert (await front.as_().get(ITEMS)).status_code == 200
        writer.close()


async def test_a_long_body_that_stalls_gives_its_place_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.forwarding.body.STALL", 0.3)
    async with behind() as service, in_front(service.port, most_at_once=1) as front:
        reader, writer = await front.socket()
        head = f"POST {ITEMS} HTTP/1.1\r\nHost: gateway\r\nContent-Length: 300000\r\n\r\n"
        writer.write(head.encode() + b"x" * 200_000)

        assert b" 408 " in await reader.readline()
        assert (await front.as_().get(ITEMS)).status_code == 200
        writer.close()


@pytest.mark.parametrize("length", [100, 100_000], ids=["short", "long"])
async def test_a_body_that_does_not_come_is_a_408_and_its_place_is_free(length: int) -> None:
    async with behind() as service, in_front(service.port, most_at_once=1, seconds=0.5) as front:
        reader, writer = await front.socket()
        head = f"POST {ITEMS} HTTP/1.1\r\nHost: gateway\r\nContent-Length: {length}\r\n\r\n"
        writer.write(head.encode() + b"{")

        assert b" 408 " in await reader.readline()
        assert (await front.as_().get(ITEMS)).status_code == 200
        writer.close()


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """The contracts, to be changed."""
    return copytree(FOLDER, tmp_path / "contracts")


async def test_an_operation_says_what_it_takes(contracts: Path) -> None:
    def seconds(document: dict[str, Any]) -> None:
        document["paths"][UNITS]["get"]["x-seconds"] = 0.3

    def most_bytes(document: dict[str, Any]) -> None:
        document["paths"][ITEMS]["post"]["x-most-bytes"] = 10

    contracts_in(contracts, seconds)
    contracts_in(contracts, most_bytes, "participation")
    slow = Slow()
    async with behind(slow) as service, in_front(service.port, contracts=contracts) as front:
        client = front.as_()
        is_a_problem(await client.get(UNITS), 504, "too-slow")
        is_a_problem(await client.post(ITEMS, content=b"x" * 11), 413, "too-large")
        waiting = asyncio.create_task(client.get("/registry/v1/topics"))
        await asyncio.sleep(0.7)
        assert not waiting.done()
        slow.go.set()
        assert (await waiting).status_code == 200
