"""A started platform: real processes, real sockets, real tokens."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from deploy.local import processes
from deploy.local.environment import surroundings
from deploy.local.identity import demo_token
from deploy.local.parts import PARTS
from deploy.local.ports import is_free
from tests.deploy.places import a_place

ROOT = Path(__file__).parents[2]
LONGEST_START = 150
# Tests ask in a minute what a person asks in a year; those of the rates set their own.
UNHURRIED = {
    f"GATEWAY_RATE_{name}": "1000000000/minute"
    for name in ("PER_ADDRESS", "PER_SUBJECT", "OF_CHANGES")
}
PATIENCE = 40.0
PROXY_SECRET = "what nginx shows, for the tests alone"


class Started:
    """The platform on a port of its own, and clients for the demo's persons."""

    def __init__(self, local: Path, port: int) -> None:
        self.local, self.address = local, f"http://localhost:{port}"
        self.log = local.parent / "said.log"
        self.clients = ExitStack()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.live", local, str(port)],
                cwd=ROOT,
                env=os.environ | UNHURRIED | {"GATEWAY_PROXY_SECRET": PROXY_SECRET},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """Everything its processes have said."""
        return self.log.read_text(errors="replace")

    @property
    def house(self) -> dict[str, Any]:
        """Where everything is."""
        found: dict[str, Any] = json.loads((self.local / "house.json").read_text())
        return found

    def wait(self) -> None:
        """Return once it is ready; otherwise say what it said."""
        until = time.monotonic() + LONGEST_START
        while f"ready {self.address}" not in self.said.splitlines():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.2)

    def as_(self, hat: str = "", **headers: str) -> httpx.Client:
        """A client of a demo person (role@unit), or of the public."""
        if hat:
            headers["authorization"] = f"Bearer {demo_token(self.house, hat)}"
        return self._client(self.address, headers)

    def at(self, part: str, **headers: str) -> httpx.Client:
        """A client of a part itself, past the gateway."""
        return self._client(f"http://127.0.0.1:{self.house['ports'][part]}", headers)

    def _client(self, base: str, headers: dict[str, str]) -> httpx.Client:
        client = httpx.Client(base_url=base, headers=headers, timeout=20, trust_env=False)
        return self.clients.enter_context(client)

    def processes(self, word: str) -> list[int]:
        """The processes of this platform whose command line has `word`."""
        found = []
        for pid in processes.of(self.local):
            with suppress(OSError):
                if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
        return sorted(found)

    @contextmanager
    def another_gateway(self, **settings: str) -> Iterator["Gateway"]:
        """One more gateway before the same services, with settings of its own."""
        port = a_free_port()
        # Without its keeper: a test that kills it wants it dead.
        command = PARTS[0].command(port)
        command = command[command.index("--") + 1 :]
        told = surroundings(self.local) | self.house["environment"] | UNHURRIED | settings
        log = self.log.with_name(f"gateway-{port}.log")
        with log.open("wb") as said:
            process = subprocess.Popen(command, cwd=ROOT, env=told, stdout=said, stderr=said)
        gateway = Gateway(f"http://localhost:{port}", process.pid, log)
        try:
            until(lambda: process.poll() is not None or not is_free(port), bool)
            assert process.poll() is None, gateway.said
            yield gateway
        finally:
            process.terminate()
            process.wait(20)

    @contextmanager
    def paused(self, word: str) -> Iterator[None]:
        """A part killed, and its keeper held back from starting it again."""
        keeper, child = self.kept(word)
        os.kill(keeper, signal.SIGSTOP)
        os.kill(child, signal.SIGKILL)
        try:
            yield
        finally:
            os.kill(keeper, signal.SIGCONT)

    def kept(self, word: str) -> tuple[int, int]:
        """A part's keeper, and the process that it keeps."""
        keepers = {*self.processes("deploy.local.keep")} & {*self.processes(word)}
        (keeper,), (child,) = keepers, {*self.processes(word)} - keepers
        return keeper, child

    def stop(self) -> int:
        """End it as Ctrl-C does; the exit code."""
        self.clients.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@dataclass(frozen=True)
class Gateway:
    """A gateway process of its own."""

    address: str
    pid: int
    log: Path

    @property
    def said(self) -> str:
        """Everything it has said."""
        return self.log.read_text(errors="replace")

    @property
    def resident(self) -> int:
        """The memory it holds, in bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


Seen = TypeVar("Seen")


def until(look: Callable[[], Seen], wanted: Callable[[Seen], bool]) -> Seen:
    """What is seen once it is as wanted; a job may take its moment."""
    end = time.monotonic() + PATIENCE
    while not wanted(seen := look()):
        assert time.monotonic() < end, seen
        time.sleep(0.1)
    return seen


def a_free_port() -> int:
    """A port nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def a_platform() -> Iterator[Started]:
    """A platform of its own, gone afterwards."""
    with a_place() as place:
        started = Started(place / ".local", a_free_port())
        try:
            started.wait()
            yield started
        finally:
            started.stop()
