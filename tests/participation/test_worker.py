"""The worker as a process: it begins or says why not, does its jobs, and ends in peace."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from deploy.local.issuer import new_key
from shared.database import Sessions
from tests.conftest import url
from tests.house import House
from tests.participation.concern import an_item, read
from tests.participation.others import FINDING, LOCATE, LOOKUP, PLACE

ANSWERS: dict[str, Any] = {LOCATE: PLACE, LOOKUP: FINDING}
LONGEST = 60


class Others(BaseHTTPRequestHandler):
    """Identity provider and gateway on a socket; who has no token is refused."""

    def do_POST(self) -> None:
        """Grant a token."""
        self.rfile.read(int(self.headers["content-length"]))
        self.say(200, {"access_token": "granted", "expires_in": 3600})

    def do_GET(self) -> None:
        """Answer whoever has the token."""
        known = self.headers["authorization"] == "Bearer granted"
        self.say(200 if known else 401, ANSWERS[urlsplit(self.path).path])

    def say(self, status: int, answer: Any) -> None:
        """Answer in JSON."""
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextmanager
def listening() -> Iterator[str]:
    """The address of the others."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Others) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def settings(database_url: str, others: str) -> dict[str, str]:
    return {
        "PARTICIPATION_DATABASE_URL": database_url,
        "PARTICIPATION_GATEWAY_KEY": json.dumps(new_key()[1]),
        "PARTICIPATION_GATEWAY_URL": others,
        "PARTICIPATION_TOKEN_URL": f"{others}/token",
        "PARTICIPATION_CLIENT_ID": "participation",
        "PARTICIPATION_CLIENT_SECRET": "secret",
    }


@contextmanager
def a_worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A worker that is gone afterwards, whatever happens."""
    command = [sys.executable, "-m", "services.participation.worker"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """What it logged until it ended; every line is JSON."""
    _, said = process.communicate(timeout=LONGEST)
    return [json.loads(line) for line in said.splitlines()]


def test_a_worker_that_is_not_configured_says_what_is_missing() -> None:
    with a_worker({}) as process:
        (said,) = lines(process)

    assert process.returncode == 1
    assert "PARTICIPATION_DATABASE_URL" in said["settings"]
    assert "PARTICIPATION_TOKEN_URL" in said["settings"]


def test_a_worker_without_its_database_ends_and_says_so() -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    with a_worker(settings(nowhere, "http://127.0.0.1:1")) as process:
        said = lines(process)

    assert process.returncode == 1
    assert "the database does not answer" in said[-1]["event"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_worker_does_what_waits_and_ends_when_told(
    own_database: Callable[[str], str],
    own_sessions: Callable[[str], dict[str, Sessions]],
    how: signal.Signals,
) -> None:
    house = House(own_sessions("participation"))
    item = await an_item(house)
    address = url(own_database("participation"), "participation_service")

    with listening() as others, a_worker(settings(address, others)) as process:
        until = time.monotonic() + LONGEST
        while not (shown := await read(house, item))["suggestions"]:
            assert time.monotonic() < until
            await asyncio.sleep(0.2)
        process.send_signal(how)
        said = lines(process)

    assert process.returncode == 0
    assert shown["location"]["planning_area"] == "06200419"
    assert [each["event"] for each in said] == ["working", "stopped"]
