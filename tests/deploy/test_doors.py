"""`make up` and `make down`: one house at a time, and nothing left behind however it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from deploy.local import down, processes, ready
from deploy.local.postgres import Cluster
from tests.deploy.places import a_place

pytestmark = pytest.mark.xdist_group("doors")
ROOT = Path(__file__).parents[2]
PATIENCE = 20


class Door:
    """A terminal in which somebody started the tiny house."""

    def __init__(self, local: Path, port: int, *dull: str) -> None:
        self.local, self.port = local, port
        self.log = local.parent / f"log{time.monotonic_ns()}"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.deploy.tiny", local, str(port), *dull],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def said(self) -> list[str]:
        return self.log.read_text().splitlines()

    def is_ready(self) -> bool:
        return f"ready http://localhost:{self.port}" in self.said

    def pid_of_gateway(self) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/")
            return int(connection.getresponse().read())
        except OSError:
            return 0
        finally:
            connection.close()

    def ends_with(self) -> int:
        return self.process.wait(PATIENCE)


def until(true: Callable[[], bool], door: Door) -> None:
    """Wait for something, but not for ever."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, door.said
        time.sleep(0.05)


@contextmanager
def a_house() -> Iterator[Path]:
    """Where a house may keep its things; afterwards, nothing of it runs."""
    with a_place() as place:
        local = place / ".local"
        try:
            yield local
        finally:
            down.end(local)
            Cluster(local / "postgres", durable=True).remove()


def a_free_port() -> int:
    with socket.socket() as any_free:
        any_free.bind(("127.0.0.1", 0))
        return int(any_free.getsockname()[1])


@pytest.fixture(scope="module")
def used() -> Iterator[Path]:
    """A house that one test after the other moves into; what it keeps stays."""
    with a_house() as local:
        yield local


@pytest.fixture
def local(used: Path) -> Iterator[Path]:
    yield used
    down.end(used)


@pytest.fixture
def port() -> int:
    return a_free_port()


@pytest.fixture(scope="module")
def living() -> Iterator[Door]:
    """A house that runs and is only looked at."""
    with a_house() as local:
        door = Door(local, a_free_port())
        until(door.is_ready, door)
        yield door
        down.end(local)
        door.ends_with()


def test_it_says_when_it_is_ready_and_what_to_do_next(living: Door) -> None:
    ready = living.said.index(f"ready http://localhost:{living.port}")
    assert f"http://localhost:{living.port}/docs" in living.said[ready + 1]
    assert ".venv/bin/kiezknoten token --as lead@06.sga" in living.said[ready + 2]


def test_its_secrets_are_for_their_owner_alone(living: Door) -> None:
    for name in ("secrets.json", "house.json"):
        assert (living.local / name).stat().st_mode & 0o077 == 0


def test_a_second_one_is_told_of_the_first(living: Door) -> None:
    second = Door(living.local, living.port)
    assert second.ends_with() == 1
    assert f"http://localhost:{living.port}, process {living.process.pid}" in second.said[0]
    assert living.pid_of_gateway()


def test_one_killed_part_comes_back_and_takes_nobody_with_it(living: Door) -> None:
    killed = living.pid_of_gateway()
    os.kill(killed, signal.SIGKILL)
    until(lambda: living.pid_of_gateway() not in (0, killed), living)
    assert living.process.poll() is None


def test_a_taken_port_is_named_with_the_way_out(local: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        door = Door(local, port)
        assert door.ends_with() == 1
    assert f"Port {port} ist belegt" in door.said[0]
    assert f"Port {port} is taken" in door.said[1]
    assert f"PORT={port + 80} make up" in door.said[1]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_stops_it_stops_all_of_it(local: Path, port: int, how: signal.Signals) -> None:
    door = Door(local, port)
    until(door.is_ready, door)

    door.process.send_signal(how)

    assert door.ends_with() == 0
    assert processes.of(local) == []
    assert not (local / "postgres/data/postmaster.pid").exists()


def test_stopped_in_the_middle_of_its_start_it_leaves_nothing(local: Path, port: int) -> None:
    door = Door(local, port)
    until((local / "postgres/data/postmaster.pid").exists, door)

    door.process.send_signal(signal.SIGINT)

    assert door.ends_with() == 0
    assert processes.of(local) == []
    assert not (local / "postgres/data/postmaster.pid").exists()


def test_what_a_killed_one_left_is_cleared_away_by_the_next(local: Path, port: int) -> None:
    killed = Door(local, port)
    until(killed.is_ready, killed)
    secrets = (local / "secrets.json").read_text()
    killed.process.kill()
    killed.process.wait()
    orphan = killed.pid_of_gateway()
    assert orphan

    door = Door(local, port)

    until(door.is_ready, door)
    assert door.pid_of_gateway() not in (0, orphan)
    assert (local / "secrets.json").read_text() == secrets
    assert down.end(local)
    assert door.ends_with() == 0


def test_stopping_from_elsewhere_stops_all_of_it(local: Path, port: int) -> None:
    door = Door(local, port)
    until(door.is_ready, door)

    assert down.end(local) is True

    assert door.ends_with() == 0
    assert processes.of(local) == []
    assert down.end(local) is False


def test_a_part_that_is_never_ready_is_named(living: Door, port: int) -> None:
    parts = {"gateway": living.port, "registry": port}
    assert ready.not_ready(parts, longest=0.3) == ["registry"]


def test_its_end_is_the_end_of_the_house(local: Path, port: int) -> None:
    door = Door(local, port, "partner")
    until(lambda: bool(door.pid_of_gateway()), door)
    time.sleep(0.5)
    assert not door.is_ready()
    watch = [
        pid for pid in processes.of(local) if b"deploy.local.ready" in _command(pid).split(b"\0")
    ]

    os.kill(watch[0], signal.SIGTERM)

    assert door.ends_with() == 1
    assert processes.of(local) == []


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
