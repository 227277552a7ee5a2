"""The whole platform on one machine: its database, its parts, and their coming and going."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Printer

from deploy.local import ports, processes
from deploy.local.environment import description, environment, owners, surroundings
from deploy.local.keys import Keys, write_privately
from deploy.local.parts import PARTS, Part
from deploy.local.postgres import Cluster
from deploy.local.trouble import Trouble, say
from deploy.local.turn import only_one

ROOT = Path(__file__).parents[2]
LOCAL = ROOT / ".local"
PYTHON = sys.executable
CHORES = (
    (PYTHON, "-m", "deploy.migrations"),
    (PYTHON, "-m", "deploy.command", "seed"),
    (PYTHON, "-m", "deploy.command", "areas", "schematic"),
)
WATCH = "ready"


@dataclass(frozen=True)
class House:
    """What is started, where it keeps its things, and what has to be done before."""

    local: Path = LOCAL
    port: int = 8000
    parts: Sequence[Part] = PARTS
    chores: Sequence[Sequence[str]] = CHORES

    def live(self) -> int:
        """Start everything, stay until told to stop, leave nothing behind; the exit code."""
        self.local.mkdir(parents=True, exist_ok=True)
        with only_one(self.local, self.port), _told_by_an_exception():
            if left := processes.sweep(self.local):
                say(f"Stopped {left} processes that a killed `make up` had left.")
            ports.must_be_free(self.port)
            cluster = Cluster(self.local / "postgres", durable=True)
            try:
                return self._run(cluster)
            except KeyboardInterrupt:
                return 0
            finally:
                _turn_a_deaf_ear()
                processes.sweep(self.local)
                cluster.down()

    def _run(self, cluster: Cluster) -> int:
        say("Starting PostgreSQL …")
        cluster.up()
        cluster.provision()
        numbers = ports.assigned([part.name for part in self.parts if part.factory], self.port)
        settings = environment(numbers, self._keys(), cluster)
        known = description(self.port, numbers, settings) | {"owners": owners(cluster)}
        write_privately(self.local / "house.json", known)
        told = surroundings(self.local) | settings
        for chore in self.chores:
            _do(chore, told | owners(cluster))
        return self._stay(numbers, told)

    def _keys(self) -> Keys:
        file = self.local / "secrets.json"
        if not file.exists():
            _do((PYTHON, "-m", "deploy.local.forge", str(file)), surroundings(self.local))
        return Keys.of(file)

    def _stay(self, numbers: dict[str, int], told: dict[str, str]) -> int:
        """Run the parts side by side until a signal or the watch ends it."""
        manager = Manager(Lines())
        for part in self.parts:
            command = shlex.join(part.command(numbers.get(part.name)))
            manager.add_process(part.name, f"exec {command}", env=told, cwd=str(ROOT))
        watched = [f"{name}={port}" for name, port in numbers.items()]
        watch = shlex.join([PYTHON, "-m", "deploy.local.ready", *watched])
        manager.add_process(WATCH, f"exec {watch}", env=told, cwd=str(ROOT))
        _end_once_begun(manager)
        manager.loop()
        return 0 if manager.returncode in (130, 143) else 1


class Lines:
    """What a part says is prefixed with its name; what the house says stands alone."""

    def __init__(self) -> None:
        self._prefixed = Printer(sys.stdout)
        self.width = 0

    def write(self, message: Any) -> None:
        """Print one message."""
        if message.name == WATCH:
            say(message.data.decode(errors="replace").rstrip("\n"))
        elif message.name != SYSTEM_PRINTER_NAME:
            self._prefixed.width = self.width
            self._prefixed.write(message)


def _do(chore: Sequence[str], told: dict[str, str]) -> None:
    done = subprocess.run(chore, env=told, cwd=ROOT, check=False)
    if done.returncode:
        raise Trouble(f"`{shlex.join(chore[1:])}` failed; see above.")


@contextmanager
def _told_by_an_exception() -> Iterator[None]:
    """A signal that comes before the parts run ends the start the way Ctrl-C does."""

    def stop(signum: int, _: FrameType | None) -> None:
        raise KeyboardInterrupt

    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    yield


def _turn_a_deaf_ear() -> None:
    """What tidies up is not to be hurried: a second Ctrl-C would leave a server behind."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)


def _end_once_begun(manager: Any) -> None:
    """Let an early Ctrl-C wait: the process list cannot end what it has not finished starting."""
    terminate = manager.terminate

    def patiently(*_: object) -> None:
        if all("pid" in process for process in manager._processes.values()):
            terminate()
        else:
            signal.setitimer(signal.ITIMER_REAL, 0.2)

    manager.terminate = patiently
    signal.signal(signal.SIGALRM, patiently)
    # A closed terminal is a wish to stop, too.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
