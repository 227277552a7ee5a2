"""A gateway that is told to stop or to read again finishes what it has begun: a real process."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from deploy.local.issuer import ISSUER, new_key
from deploy.local.parts import PARTS
from tests.gateway.wires import FINE, READ, UNITS, Heard, behind
from tests.journeys.started import ROOT, a_free_port

LARGE = 20_000_000
MOMENT = 0.3


class Running:
    """The gateway as a process of its own, without its keeper."""

    def __init__(self, port: int, service_port: int, key_file: Path, *more: str) -> None:
        self.port = port
        (gateway,) = (part for part in PARTS if part.name == "gateway")
        command = gateway.command(port)
        names = ("registry", "datahub", "participation")
        services = dict.fromkeys(names, f"http://127.0.0.1:{service_port}")
        told = {
            "GATEWAY_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/nothing",
            "GATEWAY_SIGNING_KEY_FILE": str(key_file),
            "GATEWAY_CONTRIBUTION_KEY": "a key of no importance",
            "GATEWAY_CACHE_BYTES": "0",
            "GATEWAY_ISSUERS": json.dumps([{"url": ISSUER}]),
            "GATEWAY_SERVICES": json.dumps(services),
        }
        self.process = subprocess.Popen(
            [*command[command.index("--") + 1 :], *more], env=os.environ | told, cwd=ROOT
        )

    def tell(self, which: signal.Signals) -> None:
        self.process.send_signal(which)

    async def ended(self, seconds: float) -> int:
        """The exit code, within so many seconds."""
        return await asyncio.wait_for(asyncio.to_thread(self.process.wait), seconds)

    async def socket(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    def client(self) -> httpx.AsyncClient:
        address = f"http://127.0.0.1:{self.port}"
        return httpx.AsyncClient(base_url=address, timeout=20, trust_env=False)

    async def is_up(self) -> None:
        """Return once it answers."""
        async with self.client() as client:
            for _ in range(300):
                try:
                    if (await client.get("/health/live")).status_code == 200:
                        return
                except httpx.TransportError:
                    assert self.process.poll() is None
                await asyncio.sleep(0.1)
        raise AssertionError("it does not start")


@asynccontextmanager
async def running(service_port: int, place: Path, *more: str) -> AsyncIterator[Running]:
    key_file = place / "key.json"
    key_file.write_text(json.dumps(new_key()[0] | {"kid": "one"}))
    it = Running(a_free_port(), service_port, key_file, *more)
    try:
        await it.is_up()
        yield it
    finally:
        it.process.kill()
        it.process.wait()


class Slowly:
    """A service that begins each answer at once and ends it when it is told to."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def __call__(self, heard: Heard) -> None:
        while await heard.request():
            await self.go.wait()
            await heard.say(FINE)

    async def large(self, heard: Heard) -> None:
        """The same with a long answer, half of which comes at once."""
        while await heard.request():
            await heard.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % LARGE)
            await heard.say(b"x" * (LARGE // 2))
            await self.go.wait()
            await heard.say(b"x" * (LARGE // 2))


async def test_o9_what_was_asked_before_the_end_is_answered_and_nobody_new_is_let_in(
    tmp_path: Path,
) -> None:
    slowly = Slowly()
    async with behind(slowly) as service, running(service.port, tmp_path) as gateway:
        async with gateway.client() as client:
            asking = asyncio.create_task(client.get(UNITS))
            _, idle = await gateway.socket()
            await asyncio.sleep(MOMENT)
            gateway.tell(signal.SIGTERM)
            await asyncio.sleep(MOMENT)
            with pytest.raises(ConnectionRefusedError):
                await gateway.socket()
            slowly.go.set()
            answer = await asking
        code = await gateway.ended(5)
        idle.close()

    assert (answer.status_code, answer.content) == (200, b"{}")
    assert answer.headers["connection"] == "close"
    assert code in {0, -signal.SIGTERM}


async def test_o9_an_answer_in_mid_stream_arrives_whole(tmp_path: Path) -> None:
    slowly = Slowly()
    async with behind(slowly.large) as service, running(service.port, tmp_path) as gateway:
        reader, writer = await gateway.socket()
        writer.write(READ)
        head = await reader.readuntil(b"\r\n\r\n")
        gateway.tell(signal.SIGTERM)
        await asyncio.sleep(MOMENT)
        slowly.go.set()
        body = await reader.read(-1)
        await gateway.ended(5)
        writer.close()

    assert b"content-length: %d" % LARGE in head.lower()
    assert len(body) == LARGE


async def test_o9_an_answer_that_never_ends_does_not_hold_up_the_end(tmp_path: Path) -> None:
    within = ("--timeout-graceful-shutdown", "1")
    service = behind(Slowly().large)
    async with service as it, running(it.port, tmp_path, *within) as gateway:
        reader, writer = await gateway.socket()
        writer.write(READ)
        await reader.readuntil(b"\r\n\r\n")
        gateway.tell(signal.SIGTERM)
        await gateway.ended(5)
        writer.close()


async def test_o9_reading_again_drops_nothing_that_is_under_way(tmp_path: Path) -> None:
    slowly = Slowly()

    async def both(heard: Heard) -> None:
        asked = await heard.request()
        if b"/topics" in asked:
            await slowly.large(Again(asked, heard))
        while asked:
            await heard.say(FINE)
            asked = await heard.request()

    statuses: list[int] = []
    async with behind(both) as service, running(service.port, tmp_path) as gateway:
        reader, writer = await gateway.socket()
        writer.write(READ.replace(b"/units", b"/topics"))
        await reader.readuntil(b"\r\n\r\n")
        async with gateway.client() as client:
            for turn in range(6):
                key = new_key()[0] | {"kid": f"key {turn}"}
                (tmp_path / "key.json").write_text(json.dumps(key) if turn != 3 else "{")
                gateway.tell(signal.SIGHUP)
                statuses += [(await client.get(UNITS)).status_code for _ in range(10)]
        slowly.go.set()
        body = await reader.readexactly(LARGE)
        writer.close()
        assert gateway.process.poll() is None

    assert statuses == [200] * 60
    assert len(body) == LARGE


class Again(Heard):
    """A connection whose first request was taken off it already."""

    def __init__(self, asked: bytes, heard: Heard) -> None:
        super().__init__(heard.reader, heard.writer)
        self._asked = asked

    async def request(self) -> bytes:
        asked, self._asked = self._asked, b""
        return asked
