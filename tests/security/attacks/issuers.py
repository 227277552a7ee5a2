"""Issuers under the attacker's hand, and a gateway of its own, in a process, that believes them."""

import json
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import httpx

from deploy.local.environment import surroundings
from deploy.local.issuer import new_key
from deploy.local.parts import PARTS
from gateway.people.published import DISCOVERY
from shared.keys import Key
from tests.gateway.tokens import claims, head, token
from tests.journeys.started import ROOT, Started, a_free_port

Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Issuer:
    """One issuer at an address of its own: its keys, and what it does when it is asked for them."""

    def __init__(self, base: str, name: str) -> None:
        self.url = f"{base}/{name}"
        self.private, public = new_key()
        self.keys: dict[str, Key] = {"demo": public}
        self.behaves: Behaviour = self.publish

    def publish(self, asked: BaseHTTPRequestHandler) -> None:
        """Say what its keys are, as it should."""
        listed = [key | {"kid": kid} for kid, key in self.keys.items()]
        answer(asked, json.dumps({"keys": listed}).encode())

    def token(self, unit: str = "06.jugendamt", **header: str) -> str:
        """A token for a lead of that unit."""
        said = claims(iss=self.url, hats=[{"role": "lead", "unit": unit}])
        return token(self.private, head(**header), said)


def answer(asked: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    """Answer in one piece."""
    asked.send_response(status)
    asked.send_header("content-length", str(len(body)))
    asked.end_headers()
    asked.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Serves all issuers, and counts who was asked for keys how often."""

    daemon_threads = True

    def __init__(self, *names: str) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        base = f"http://localhost:{self.server_address[1]}"
        self.issuers = {name: Issuer(base, name) for name in names}
        self.asked: Counter[str] = Counter()

    def handle_error(self, *_: object) -> None:
        """Whoever does not wait for the end of an endless answer is right."""


class Asked(BaseHTTPRequestHandler):
    """One request to an issuer."""

    def do_GET(self) -> None:
        """Discovery as it should be, keys as the issuer behaves."""
        server = cast(Server, self.server)
        name, _, rest = self.path[1:].partition("/")
        issuer = server.issuers[name]
        if f"/{rest}" == DISCOVERY:
            found = {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/jwks"}
            return answer(self, json.dumps(found).encode())
        server.asked[name] += 1
        return issuer.behaves(self)

    def log_message(self, *_: object) -> None:
        """Say nothing about it."""


def is_away(asked: BaseHTTPRequestHandler) -> None:
    """Say that nobody is there."""
    answer(asked, b"", 503)


def drips(asked: BaseHTTPRequestHandler) -> None:
    """Answer a byte at a time."""
    asked.send_response(200)
    asked.end_headers()
    for _ in range(100):
        asked.wfile.write(b" ")
        time.sleep(0.2)


def has_no_end(asked: BaseHTTPRequestHandler) -> None:
    """Answer more than anybody wants to know."""
    asked.send_response(200)
    asked.end_headers()
    for _ in range(10_000):
        asked.wfile.write(b" " * 10_000)


def sends_away(asked: BaseHTTPRequestHandler) -> None:
    """Send whoever asks to an accomplice, who would publish a key."""
    asked.send_response(302)
    asked.send_header("location", "/accomplice/jwks")
    asked.send_header("content-length", "0")
    asked.end_headers()


def has_lost_all(asked: BaseHTTPRequestHandler) -> None:
    """Publish nothing that could be trusted."""
    answer(asked, b'{"keys": [{"kid": "demo", "kty": "oct", "k": "AAAA"}]}')


class Watched:
    """A gateway in a process of its own, before the services of the running platform."""

    def __init__(self, platform: Started, issuers: list[dict[str, Any]], log: Path) -> None:
        port = a_free_port()
        self.address, self.log = f"http://localhost:{port}", log
        self.client = httpx.Client(base_url=self.address, timeout=20, trust_env=False)
        command = PARTS[0].command(port)
        own = {"GATEWAY_ISSUERS": json.dumps(issuers)}
        with log.open("wb") as said:
            self.process = subprocess.Popen(
                command[command.index("--") + 1 :],
                env=surroundings(platform.local) | platform.house["environment"] | own,
                cwd=ROOT,
                stdout=said,
                stderr=said,
            )

    def reads(self, made: str) -> int:
        """The status of an internal page, asked for with this token."""
        headers = {"authorization": f"Bearer {made}"}
        return self.get("/registry/v1/requests", headers).status_code

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        """An answer."""
        return self.client.get(path, headers=headers)

    def wait(self) -> None:
        """Return once it answers; otherwise say what it said."""
        until = time.monotonic() + 60
        while True:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            try:
                if self.get("/health/live").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)


@contextmanager
def served(server: Server) -> Iterator[Server]:
    """The issuers answer, until the end."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def watched(platform: Started, issuers: list[dict[str, Any]], log: Path) -> Iterator[Watched]:
    """A gateway that believes these issuers, until the end."""
    gateway = Watched(platform, issuers, log)
    try:
        gateway.wait()
        yield gateway
    finally:
        gateway.client.close()
        gateway.process.terminate()
        gateway.process.wait(20)
