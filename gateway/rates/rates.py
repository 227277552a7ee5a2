"""How much anybody may ask: counted in memory, told to the other gateways where there are any."""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple
from zlib import crc32

import structlog
from fastapi.responses import JSONResponse
from limits import RateLimitItem, parse
from limits.aio.storage import Storage
from limits.errors import StorageError

from shared.problems import Refused

log = structlog.get_logger()

Fields = list[tuple[bytes, bytes]]
# Each policy keeps this many windows, about 20 MB; whoever has more addresses than that is not to
# be held by counting addresses anyway.
MOST_KEPT = 65_536
BETWEEN_TELLINGS = 0.5


class TooMany(Refused):
    """More was asked in a short time than the rate allows; a moment later it is allowed again."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    de = "Zu viele Anfragen in kurzer Zeit; bitte in {wait} Sekunden noch einmal."
    en = "Too many requests in a short time; please try again in {wait} seconds."

    def answer(self, accept_language: str = "") -> JSONResponse:
        """The refusal, and when to come back."""
        answer = super().answer(accept_language)
        answer.headers["Retry-After"] = str(self.facts["wait"])
        return answer


class Standing(NamedTuple):
    """How a caller stands to one policy after a request; what the fields of the answer say."""

    policy: "Policy"
    taken: int
    seconds: int

    @property
    def told(self) -> bytes:
        """The standing as a member of the RateLimit field."""
        left = max(0, self.policy.most - self.taken)
        return b'"%b";r=%d;t=%d' % (self.policy.name, left, self.seconds)

    def must_be_left(self) -> None:
        """Go on while not more was taken than is allowed."""
        if self.taken > self.policy.most:
            raise TooMany(wait=self.seconds)


@dataclass(slots=True)
class Window:
    """What one caller has taken until the window ends; `untold` of it other gateways miss."""

    ends: float
    taken: int = 0
    untold: int = 0


class Policy:
    """So much in so many seconds for each name, in windows that begin at a moment of its own.

    `limits` has storages in memory as well; but in 5.8 they keep every name until a task has
    walked through all of them, which each request starts anew. Here a name costs one look-up,
    and the oldest is forgotten when there are too many.
    """

    def __init__(self, name: str, rate: str, shared: Storage | None = None) -> None:
        self.rate: RateLimitItem = parse(rate)
        self.name, self.most, self._length = name.encode(), self.rate.amount, self.rate.get_expiry()
        self.told = b'"%b";q=%d;w=%d' % (self.name, self.most, self._length)
        self._windows: OrderedDict[str, Window] = OrderedDict()
        self._others = Others(self, shared) if shared else None

    @property
    def size(self) -> int:
        """How many names are counted."""
        return len(self._windows)

    def take(self, name: str) -> Standing:
        """Count a request of `name`."""
        now = time.time()
        window = self._windows.get(name)
        if window is None or window.ends <= now:
            window = self._open(name, now)
        window.taken += 1
        if self._others:
            window.untold += 1
            self._others.hear_of(name, window)
        return Standing(self, window.taken, math.ceil(window.ends - now))

    def look(self, name: str) -> Standing:
        """How it would stand after one more request, which is not counted."""
        now = time.time()
        window = self._windows.get(name)
        if window is None or window.ends <= now:
            return Standing(self, 1, self._length)
        return Standing(self, window.taken + 1, math.ceil(window.ends - now))

    def _open(self, name: str, now: float) -> Window:
        """A window whose bounds follow from the name, so that every gateway has the same."""
        shift = crc32(name.encode()) % self._length
        window = Window(now - (now - shift) % self._length + self._length)
        self._windows[name] = window
        self._windows.move_to_end(name)
        if len(self._windows) > MOST_KEPT:
            self._windows.popitem(last=False)
        return window


class Others:
    """The other gateways, who count in the same Redis.

    No request waits for it: what was taken here is told twice a second, and what was taken in
    all comes back. In between each gateway lets pass at most what it would alone; while Redis is
    away, all do.
    """

    def __init__(self, policy: Policy, storage: Storage) -> None:
        self._policy, self._storage = policy, storage
        self._news: dict[str, Window] = {}
        self._telling: asyncio.Task[None] | None = None

    def hear_of(self, name: str, window: Window) -> None:
        """Tell of this soon."""
        if len(self._news) < MOST_KEPT:
            self._news[name] = window
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        await asyncio.sleep(BETWEEN_TELLINGS)
        news, self._news = self._news, {}
        try:
            for name, window in news.items():
                await self._exchange(name, window)
        except (StorageError, OSError) as error:
            log.warning("the shared rates cannot be reached", error=repr(error))

    async def _exchange(self, name: str, window: Window) -> None:
        rate, amount = self._policy.rate, window.untold
        key = rate.key_for(self._policy.name.decode(), name, str(int(window.ends)))
        taken = await self._storage.incr(key, rate.get_expiry(), amount)
        window.untold -= amount
        window.taken = taken + window.untold


def fields(standings: Sequence[Standing]) -> Fields:
    """What an answer says of rates (draft-ietf-httpapi-ratelimit-headers)."""
    if len(standings) == 1:
        return [(b"ratelimit", standings[0].told), (b"ratelimit-policy", standings[0].policy.told)]
    if not standings:
        return []
    return [
        (b"ratelimit", b", ".join([each.told for each in standings])),
        (b"ratelimit-policy", b", ".join([each.policy.told for each in standings])),
    ]
