"""A private PostgreSQL: below a folder, on a Unix socket only, nobody else's server or port."""

import fcntl
import glob
import hashlib
import os
import re
import shlex
import shutil
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from subprocess import run
from urllib.parse import quote

from deploy.local.account import PLAIN_ENVIRONMENT, Account, the_account
from deploy.local.binaries import Binaries, found
from deploy.local.trouble import Trouble, say

DEPLOY = Path(__file__).parents[1]
OUTSIDE = Path("/var/lib/kiezknoten")
PORT = 5432
LONGEST_SOCKET_FOLDER = 80  # the whole name of a Unix socket has to fit into 107 bytes
PLAIN_PATH = re.compile(r"[\w./+-]+", re.ASCII)
PATIENCE = 3
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
NOT_DURABLE = dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")


class Cluster:
    """A PostgreSQL of our own; what it keeps survives a crash only if it is durable."""

    def __init__(self, folder: Path, durable: bool) -> None:
        self.folder = folder.absolute()
        self.durable = durable

    @cached_property
    def account(self) -> Account:
        """Who it runs as."""
        return the_account()

    @cached_property
    def binaries(self) -> Binaries:
        """The server's programs, of the version its data were made with."""
        made_with = self.data / "PG_VERSION"
        return found(int(made_with.read_text()) if made_with.exists() else None)

    @property
    def home(self) -> Path:
        """Where everything of it lies: the folder, or what the folder points to."""
        return self.folder.resolve()

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def socket(self) -> Path:
        """The folder of its socket; a short one elsewhere where ours has no name for a socket."""
        run = self.home / "run"
        if PLAIN_PATH.fullmatch(str(run)) and len(os.fsencode(run)) <= LONGEST_SOCKET_FOLDER:
            return run
        # Not $TMPDIR: another terminal has to find the same folder.
        folder = Path("/tmp")  # noqa: S108 - checked by _own_socket
        return folder / f"kiezknoten-{self.account.user}-{_digest(self.home)}"

    def url(self, database: str, role: str) -> str:
        """The address of a database, as SQLAlchemy reads it."""
        host = quote(str(self.socket), safe="")
        return f"postgresql+psycopg://{role}@/{database}?host={host}&port={PORT}"

    def up(self) -> bool:
        """Make it if need be and start it; whether it had to be started."""
        self._settle()
        with self._in_turn():
            if self._postmaster() and self._answers():
                return False
            self._stop()
            self._make()
            self._clear_away()
            self._start()
            return True

    def down(self) -> bool:
        """Stop it; whether it ran."""
        if not self.data.exists():
            return False
        with self._in_turn():
            ran = self._stop()
            self._clear_away()
            return ran

    def provision(self) -> None:
        """Give it the platform's roles and databases; what is there already stays."""
        self._psql("postgres", DEPLOY / "provision.sql")

    def extend(self, database: str) -> None:
        """Give a database what each of ours has: extensions, and a door for its own roles only."""
        self._psql(database, DEPLOY / "database.sql")

    def remove(self) -> None:
        """Stop it and take away all that it keeps, also outside of its folder."""
        self.down()
        if self.socket != self.home / "run":
            shutil.rmtree(self.socket, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)
        if self.folder.is_symlink():
            self.folder.unlink()

    def _settle(self) -> None:
        """Find a place that its user can reach: below /root, nobody but root gets anywhere."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self.account.own(self.home)
        except PermissionError:
            raise Trouble(
                f"{self.home} belongs to another user; `make clean` as that user helps."
            ) from None
        if self.account.can_enter(self.home):
            return
        outside = OUTSIDE / _digest(self.folder)
        OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.folder.rmdir()
        self.folder.symlink_to(outside)
        self.account.own(outside)
        say(f"The user `postgres` cannot enter {self.folder.parent}; its data are in {outside}.")

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """One at a time: two commands may want the same cluster at the same moment."""
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        """Create the data directory elsewhere and move it in, so that a half-made one never is."""
        if (self.data / "PG_VERSION").exists():
            return
        half = self.home / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        self.account.must(
            self.binaries["initdb"],
            *("-D", half, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"),
            *([] if self.durable else ["--no-sync"]),
        )
        shutil.rmtree(self.data, ignore_errors=True)
        half.rename(self.data)

    def _start(self) -> None:
        self._own_socket()
        settings = SETTINGS | {"unix_socket_directories": str(self.socket)}
        if not self.durable:
            settings |= NOT_DURABLE
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = self.home / "log"
        started = self.account.run(
            *(self.binaries["pg_ctl"], "start", "-s", "-w", "-D", self.data),
            *("-l", log, "-o", shlex.join(options)),
        )
        if started.returncode:
            last = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
            raise Trouble(f"PostgreSQL does not start; {log} ends with\n{last}")

    def _stop(self) -> bool:
        if not self._postmaster():
            return False
        self.account.must(
            *(self.binaries["pg_ctl"], "stop", "-s", "-w", "-m", "fast", "-D", self.data)
        )
        return True

    def _own_socket(self) -> None:
        """In a folder that anybody can write to, somebody else may have been first."""
        socket, account = self.socket, self.account
        if socket.is_symlink() or (socket.exists() and _owner(socket) not in (account.user, 0)):
            raise Trouble(
                f"{socket} belongs to somebody else; PostgreSQL's socket cannot be there."
            )
        account.own(socket)

    def _answers(self) -> bool:
        """Whether there is a socket to knock at; one below /tmp may have been tidied away."""
        socket = self.socket / f".s.PGSQL.{PORT}"
        return socket.exists() and stat.S_ISSOCK(socket.stat().st_mode)

    def _postmaster(self) -> int | None:
        """The running server's process, and not just any that has inherited its number."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return None
        return pid if os.fsencode(self.data) in words else None

    def _clear_away(self) -> None:
        """Remove what a killed server leaves: its processes first, then its claims.

        PostgreSQL believes a claim while its process number exists, be it another's by now or that
        of a dead process that nobody buries, as in many containers.
        """
        until = time.monotonic() + PATIENCE
        while left := self._remnants():
            # They go by themselves when they notice; one deep in a query does not notice.
            late = time.monotonic() > until
            for pid in left if late else ():
                _kill(pid)
            time.sleep(0.1)
        for claim in (self.data / "postmaster.pid", self.socket / f".s.PGSQL.{PORT}.lock"):
            claim.unlink(missing_ok=True)

    def _remnants(self) -> list[int]:
        """Processes at work in the data directory; asked as their owner, who alone may see."""
        here = glob.escape(str(self.data))
        look = ["find", "/proc", "-mindepth", "2", "-maxdepth", "2", "-name", "cwd"]
        found = self.account.run(*look, "-lname", here, "-printf", "%h\n").stdout
        return [int(Path(line).name) for line in found.split("\n") if line]

    def _psql(self, database: str, script: Path) -> None:
        to = ("-h", self.socket, "-p", str(PORT), "-U", "postgres", "-d", database)
        # As ourselves, not as its user: the script lies in a checkout that user may not enter.
        done = run(
            (self.binaries["psql"], "-X", "-q", *to, "-f", script),
            env=PLAIN_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Trouble(f"{script.name} on {database}: {done.stderr.strip()}")


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _owner(path: Path) -> int:
    return path.stat().st_uid


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
