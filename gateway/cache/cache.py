"""Answers to the public, kept and given out again until something was done at their service."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from http import HTTPStatus

from gateway.admission import Admission
from gateway.cache.heads import AWAY, Head, Heads
from gateway.cache.kept import Kept, Key, may_be_kept
from gateway.cache.shelf import Shelf
from gateway.contracts import HERE
from gateway.entrance.knock import Knock
from gateway.forwarding.proxy import FORWARDED
from gateway.forwarding.service import Answer
from shared.authority import ActClass, Hat, Permit
from shared.problems import Refused, preferred

# Old news is better than none, but what was withdrawn is not shown for ever.
SHOWN_WHILE_AWAY = 3600.0
PATIENCE = 10.0
USUAL_LENGTH = 100
# Whoever says who they are, and whoever asks for a part or a condition, goes past the cache.
PASSING = (
    FORWARDED - {b"accept", b"accept-language", b"if-none-match", b"traceparent"}
    | {b"authorization", b"x-contribution-link", b"x-acting-as"}
    | {b"transfer-encoding", b"if-range", b"if-modified-since", b"if-unmodified-since"}
)  # fmt: skip
# RFC 9211: what the cache did.
HIT = b"kiezknoten; hit"
STORED = b"kiezknoten; fwd=uri-miss; stored"
COLLAPSED = b"kiezknoten; fwd=uri-miss; collapsed"
CONFIRMED = b"kiezknoten; fwd=stale; fwd-status=304"
RENEWED = b"kiezknoten; fwd=stale; fwd-status=200; stored"
MISSED = b"kiezknoten; fwd=uri-miss"
BYPASSED = b"kiezknoten; fwd=bypass"

Ask = Callable[[Knock], Awaitable[Answer]]
Found = tuple[Kept, bytes]


@dataclass(slots=True)
class Wanted:
    """A request that may be answered from the cache, and what there is for it."""

    knock: Knock
    key: Key
    accept: bytes
    none_match: bytes
    kept: Kept | None

    @property
    def whole(self) -> Knock:
        """The request for the whole answer, or for news of the one that is kept."""
        headers = [pair for pair in self.knock.headers if pair[0] != b"if-none-match"]
        if self.kept:
            headers.append((b"if-none-match", self.kept.etag.encode()))
        return replace(self.knock, headers=tuple(headers))


class Cache:
    """What the public was told lately; a look costs nobody a question."""

    def __init__(self, heads: Heads, most_bytes: int) -> None:
        self._heads, self._shelf = heads, Shelf(most_bytes)
        self._flights: dict[tuple[Key, bytes, int], asyncio.Future[Found | None]] = {}

    def wanted(self, knock: Knock, said: Mapping[bytes, bytes]) -> Wanted | None:
        """What is asked of the cache; None if the caller says who they are, or asks otherwise.

        A header that is `said` twice may mean one thing here and another at the service.
        """
        if knock.method != "GET" or len(said) != len(knock.headers):
            return None
        if not PASSING.isdisjoint(said):
            return None
        key = (knock.path, knock.query, _language(said.get(b"accept-language", b"")))
        accept, none_match = said.get(b"accept", b""), said.get(b"if-none-match", b"")
        return Wanted(knock, key, accept, none_match, self._shelf.find(key, accept))

    def fresh(self, wanted: Wanted) -> Kept | None:
        """What can be given at once."""
        kept, now = wanted.kept, time.monotonic()
        if kept is None or not kept.is_fresh(now):
            return None
        if now >= kept.known.again_at:
            kept.known.ask_again()
        return kept

    def is_for(self, wanted: Wanted, admission: Admission) -> bool:
        """Whether the page shows this to everybody alike, and it is not known to be unkeepable."""
        return (
            admission.hat == Hat()
            and isinstance(admission.decision, Permit)
            and admission.operation.act.act_class is ActClass.PUBLIC
            and admission.operation.service != HERE
            and self._shelf.takes(wanted.key, wanted.accept)
        )

    async def answer(self, wanted: Wanted, service: str, ask: Ask) -> Found | Answer:
        """The kept answer, asked for by one on behalf of all who wait; or one not to be kept."""
        known = self._heads.of(service)
        # Whoever has just changed something must not join those who asked before.
        flight = (wanted.key, wanted.accept, known.generation)
        if flight in self._flights:
            return await _landed(self._flights[flight]) or await ask(wanted.knock)
        landing = self._flights[flight] = asyncio.get_running_loop().create_future()
        try:
            found = await self._asked(wanted, known, ask)
            if isinstance(found, tuple):
                landing.set_result(found if found[1].startswith(HIT) else (found[0], COLLAPSED))
            return found
        except Refused as refused:
            landing.set_exception(refused)
            landing.exception()  # there may be nobody who waits for it
            raise
        finally:
            del self._flights[flight]
            if not landing.done():
                landing.set_result(None)

    def changed(self, service: str) -> None:
        """A changing act went to `service`: nothing of it is given out unasked any longer."""
        self._heads.of(service).changed()

    def clear(self) -> None:
        """Keep nothing of what was."""
        self._shelf.clear()

    async def _asked(self, wanted: Wanted, known: Head, ask: Ask) -> Found | Answer:
        kept = wanted.kept
        if kept and known.away and (stale := _stale(kept)):
            known.ask_again()
            return stale
        head = await known.current()
        if kept and known.away and (stale := _stale(kept)):
            return stale
        if not head:
            return await ask(wanted.knock)
        if kept and kept.head == head and time.monotonic() < kept.until:
            return kept, HIT
        try:
            answer = await ask(wanted.whole)
        except Refused as refused:
            if kept and refused.status in AWAY and (stale := _stale(kept)):
                known.away = True
                return stale
            raise
        return await self._judged(wanted, answer, known, head)

    async def _judged(
        self, wanted: Wanted, answer: Answer, known: Head, head: str
    ) -> Found | Answer:
        """What becomes of the service's answer."""
        kept = wanted.kept
        if kept and answer.status_code == HTTPStatus.NOT_MODIFIED:
            await answer.aclose()
            kept.holds_again(head)
            return kept, CONFIRMED
        if kept and answer.status_code in AWAY and (stale := _stale(kept)):
            await answer.aclose()
            return stale
        self._shelf.drop(wanted.key, wanted.accept)
        if answer.status_code != HTTPStatus.OK:
            return answer
        if not may_be_kept(answer):
            self._shelf.refuse(wanted.key, wanted.accept)
            return answer
        renewed = await Kept.of(answer, wanted.accept, known, head)
        self._shelf.put(wanted.key, renewed)
        return renewed, RENEWED if kept else STORED


def _language(accepted: bytes) -> str:
    """The language that is spoken to a caller; the same few headers come again and again."""
    if len(accepted) > USUAL_LENGTH:
        return preferred(accepted.decode("latin-1"))
    return _usual_language(accepted)


@lru_cache(maxsize=512)
def _usual_language(accepted: bytes) -> str:
    return preferred(accepted.decode("latin-1"))


async def _landed(landing: asyncio.Future[Found | None]) -> Found | None:
    """What the one who asked got; nobody waits for ever."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.shield(landing)
    except TimeoutError:
        return None


def _stale(kept: Kept) -> Found | None:
    """Old news with its mark, unless it is too old."""
    now = time.monotonic()
    if now - kept.since > SHOWN_WHILE_AWAY:
        return None
    ttl = min(-1, int(min(kept.until, kept.known.until) - now))
    return kept, HIT + b"; ttl=%d; detail=service-away" % ttl
