"""What each service's journal stood at a moment ago; whoever keeps answers asks here."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus

import structlog

from gateway.admission import Admission
from gateway.contracts import Contracts
from gateway.entrance.knock import Knock
from gateway.forwarding.body import no_body
from gateway.forwarding.proxy import Proxy
from gateway.forwarding.service import Unreachable
from gateway.mint import Mint
from shared.authority import Hat, Permit
from shared.problems import Refused

log = structlog.get_logger()
# What a service, or the way to it, answers while it is away; anything else is an answer.
AWAY = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE})
AWAY |= {HTTPStatus.GATEWAY_TIMEOUT}
TRIES = 3
REQUEST_ID = "watching-heads"


class Head:
    """The head of one journal: asked anew about once a second while somebody reads.

    It holds good for `GOOD_FOR` seconds after it was asked for, and not at all once a changing
    act has passed: so nobody is shown less than what they have just written.
    """

    GOOD_FOR = 3.0
    BETWEEN = 1.0

    def __init__(self, ask: Callable[[], Awaitable[str]]) -> None:
        self._ask = ask
        self._asking: asyncio.Task[None] | None = None
        self.text, self.until, self.again_at = "", 0.0, 0.0
        self.generation, self.away = 0, False

    def changed(self) -> None:
        """A changing act has passed: what was known before is not known any longer."""
        self.generation += 1
        self.text, self.away = "", False

    def ask_again(self) -> None:
        """Ask, without making anybody wait; while a service is away, not oftener than usual."""
        waits = self.away and time.monotonic() < self.again_at
        if not waits and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._renew())

    async def current(self) -> str:
        """The head as it holds now; empty where the service does not tell."""
        for _ in range(TRIES):
            if self.text and time.monotonic() < self.until:
                break
            generation = self.generation
            self.ask_again()
            if self._asking:
                await asyncio.shield(self._asking)
            if generation == self.generation:
                break
        return self.text

    async def _renew(self) -> None:
        generation, asked_at = self.generation, time.monotonic()
        self.again_at = asked_at + self.BETWEEN
        try:
            text, away = await self._ask(), False
        except Refused as refused:
            text, away = "", refused.status in AWAY
        except Exception:  # without a head nothing old is given out
            log.exception("a head could not be read")
            text, away = "", False
        # Asked before a change and answered after it, the text may be that from before.
        if generation == self.generation:
            self.text, self.away, self.until = text, away, asked_at + self.GOOD_FOR


class Heads:
    """The heads of all services; `ask` reads one."""

    def __init__(self, ask: Callable[[str], Awaitable[str]]) -> None:
        self._ask = ask
        self._known: dict[str, Head] = {}

    def of(self, service: str) -> Head:
        """The head of `service`."""
        if service not in self._known:
            self._known[service] = Head(partial(self._ask, service))
        return self._known[service]


class Watch:
    """Reads heads over the same way as everything else, as the public may."""

    def __init__(self, contracts: Contracts, proxy: Proxy, mint: Mint) -> None:
        self._contracts, self._proxy, self._mint = contracts, proxy, mint

    async def head(self, service: str) -> str:
        """The present head of `service`; empty where it does not tell."""
        path = f"/{service}/v1/events/head"
        operation = self._contracts.find("GET", path)
        if operation is None:
            return ""
        admission = Admission("public", Hat(), operation, Permit(), REQUEST_ID)
        token = self._mint.token(admission)
        answer = await self._proxy.ask(Knock("GET", path, b"", ()), admission, token, no_body)
        try:
            if answer.status_code in AWAY:
                raise Unreachable
            text = answer.one(b"etag")
            return text if answer.status_code == HTTPStatus.OK else ""
        finally:
            await answer.aclose()
