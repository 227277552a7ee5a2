"""How long the gateway lets itself be kept waiting, and by how many at once."""

import asyncio
import resource
from collections.abc import Iterator
from typing import ClassVar, Protocol
from weakref import WeakKeyDictionary

from uvicorn.server import ServerState

from gateway.settings import DoorSettings

TICK = 0.25
AT_ONCE = 1000  # a crowd that is late together must not hold up the others
# Descriptors that are not callers: the way to the services, the database, files.
RESERVE = 300


class Waited(Protocol):
    """A connection, as far as it can be sent away."""

    @property
    def is_paused(self) -> bool:
        """Whether it is we who do not read on."""

    def lapse(self) -> None:
        """End it because its time is over."""

    def drop(self) -> None:
        """End it without a word."""


class Patience:
    """Those who keep us waiting for the same thing, the longest first; dicts keep their order."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[Waited, float] = {}

    def begin(self, connection: Waited, now: float) -> None:
        """From now on, even if it was waited for before."""
        self._since.pop(connection, None)
        self._since[connection] = now

    def end(self, connection: Waited) -> None:
        """What was waited for has come."""
        self._since.pop(connection, None)

    def longest(self) -> Waited | None:
        """Who has kept us waiting longest."""
        return next(iter(self._since), None)

    def exhausted(self, now: float) -> Iterator[Waited]:
        """Those for whom it was too long; they are not waited for any more."""
        for _ in range(min(AT_ONCE, len(self._since))):
            connection, since = next(iter(self._since.items()))
            if since + self._seconds > now:
                return
            del self._since[connection]
            yield connection


class Watch:
    """One for each server: looks after all its connections with one timer."""

    _all: ClassVar[WeakKeyDictionary[ServerState, "Watch"]] = WeakKeyDictionary()

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: DoorSettings) -> None:
        self._loop, self.limits = loop, limits
        self.room = min(limits.connections, _descriptors() - RESERVE)
        self.head = Patience(limits.head_seconds)
        self.piece = Patience(limits.piece_seconds)
        self.body = Patience(limits.body_seconds)
        self.taking = Patience(limits.answer_seconds)
        self.leaving = Patience(limits.leaving_seconds)
        self._every = (self.head, self.piece, self.body, self.taking, self.leaving)
        loop.call_later(TICK, self._look)

    @classmethod
    def of(cls, server: ServerState, loop: asyncio.AbstractEventLoop) -> "Watch":
        """The watch of this server."""
        if server not in cls._all:
            cls._all[server] = cls(loop, DoorSettings())
        return cls._all[server]

    def forget(self, connection: Waited) -> None:
        """It is gone."""
        for each in self._every:
            each.end(connection)

    def make_room(self) -> bool:
        """End whoever is nearest to its end anyway; whether there was somebody."""
        idlest = self.leaving.longest() or self.head.longest() or self.body.longest()
        if idlest:
            self.forget(idlest)
            idlest.drop()
        return idlest is not None

    def _look(self) -> None:
        self._loop.call_later(TICK, self._look)  # first, so that no fault ends the watch
        now = self._loop.time()
        for late in [*self.head.exhausted(now), *self.body.exhausted(now)]:
            late.lapse()
        for late in self.piece.exhausted(now):
            if late.is_paused:
                self.piece.begin(late, now)
            else:
                late.lapse()
        for gone in [*self.taking.exhausted(now), *self.leaving.exhausted(now)]:
            gone.drop()


def _descriptors() -> int:
    """How many files and sockets this process may have, once it has asked for all it can get."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most
