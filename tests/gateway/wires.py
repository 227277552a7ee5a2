"""The real gateway on a real socket, and behind it a service that behaves as a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy.ext.asyncio import async_sessionmaker

from deploy.local.issuer import ISSUER, access_token, new_key
from gateway.app import Gateway, create_app
from gateway.forwarding.transport import Transport, Wire
from gateway.people.issuers import Issuer as Believed
from gateway.settings import GatewaySettings
from shared.authority import Hat
from shared.database import Sessions
from tests.house import Issuer

UNITS, ITEMS = "/registry/v1/units", "/participation/v1/items"
KEY = "3f2b8f7e-3c0e-4b56-9c5a-0d3f6a1c9b11"
FINE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
READ = f"GET {UNITS} HTTP/1.1\r\nHost: gateway\r\n\r\n".encode()


class Heard:
    """One connection to the hand-made service."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def request(self) -> bytes:
        """The next request with its body; nothing where there is none."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
            return head + await self._body(head.lower())
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""

    async def _body(self, head: bytes) -> bytes:
        if b"transfer-encoding: chunked" in head:
            return await self.reader.readuntil(b"0\r\n\r\n")
        if b"content-length:" not in head:
            return b""
        return await self.reader.readexactly(
            int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        )

    async def say(self, words: bytes) -> None:
        self.writer.write(words)
        await self.writer.drain()


# Where the gateway keeps what passes, for tests that change something; see `journal`.
KEPT: list[Sessions] = []
Behaviour = Callable[[Heard], Awaitable[None]]


class Behind:
    """A service that notes what it hears, drops the connection while `drops` lasts, and answers.

    A test may have it behave in another way.
    """

    def __init__(self, behave: Behaviour | None) -> None:
        self.behave = behave or self.listen
        self.answer, self.drops = FINE, 0
        self.heard: list[bytes] = []
        self.connections = 0
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self, heard: Heard) -> None:
        while said := await heard.request():
            self.heard.append(said)
            if self.drops:
                self.drops -= 1
                return
            await heard.say(self.answer)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            await self.behave(Heard(reader, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    def hang_up(self) -> None:
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def behind(behave: Behaviour | None = None, drops: int = 0) -> AsyncIterator[Behind]:
    """Such a service, running."""
    service = Behind(behave)
    service.drops = drops
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0, limit=2**22)
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.close()
        service.hang_up()
        await asyncio.sleep(0.01)


class Front:
    """The gateway as it is reached from outside."""

    def __init__(self, gate: Gateway, port: int, key: dict[str, str]) -> None:
        self.gate, self.port, self._key = gate, port, key
        self.address = f"http://127.0.0.1:{port}"
        self.clients: list[httpx.AsyncClient] = []

    def as_(self, *hats: Hat, **headers: str) -> httpx.AsyncClient:
        """A client of somebody with these hats; without any, of the public."""
        if hats:
            headers["authorization"] = f"Bearer {access_token(self._key, 'somebody', *hats)}"
        client = httpx.AsyncClient(
            base_url=self.address, headers=headers, timeout=20, trust_env=False
        )
        self.clients.append(client)
        return client

    async def socket(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)


def a_gate(port: int, wire: Transport | None = None, **settings: Any) -> tuple[Gateway, Any]:
    """The gateway, every service of which is at one port; and the issuer's key."""
    key, public = new_key()
    unused: Sessions = async_sessionmaker()
    names = ("registry", "datahub", "participation")
    everywhere = dict.fromkeys(names, f"http://127.0.0.1:{port}")
    told: dict[str, Any] = {
        "signing_key": new_key()[0],
        "services": everywhere,
        "cache_bytes": 0,
    }
    gate = create_app(
        GatewaySettings(
            database_url="unused",
            contribution_key="a key of no importance",
            issuers=[Believed(url=ISSUER, audience="kiezknoten")],
            **told | settings,
        ),
        KEPT[0] if KEPT else unused,
        wire or Wire(),
        httpx.AsyncClient(transport=Issuer(public)),
    )
    return gate, key


class Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def in_front(
    port: int, wire: Transport | None = None, **settings: Any
) -> AsyncIterator[Front]:
    """The gateway, served by uvicorn on a port of its own."""
    gate, key = a_gate(port, wire, **settings)
    config = uvicorn.Config(gate, port=0, log_level="critical", timeout_graceful_shutdown=1)
    server = Server(config)
    serving = asyncio.create_task(server.serve())
    await server.ready.wait()
    front = Front(gate, server.servers[0].sockets[0].getsockname()[1], key)
    try:
        yield front
    finally:
        for client in front.clients:
            await client.aclose()
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving


async def eventually(seen: Callable[[], bool]) -> None:
    """Return once it is so; a busy machine takes its time."""
    for _ in range(1000):
        if seen():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never was")


def is_a_problem(answer: httpx.Response, status: int, slug: str) -> None:
    """A refusal in words, with the time after which to ask again."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{slug}"
    if status >= 500:
        assert int(answer.headers["retry-after"]) > 0


def contracts_in(
    folder: Path, change: Callable[[dict[str, Any]], None], part: str = "registry"
) -> None:
    """Change a part's contract in a folder."""
    file = folder / f"{part}.json"
    document = json.loads(file.read_text())
    change(document)
    file.write_text(json.dumps(document))
