"""One issuer at work: its keys, how old they are, and whom it has lately spoken of."""

import asyncio
import time
from collections import OrderedDict
from http import HTTPStatus
from typing import ClassVar

import httpx
import structlog

from gateway.people.issuers import LONGEST_ACCESS, Issuer
from gateway.people.person import Person
from gateway.people.published import UNREADABLE, keys_of
from shared.problems import Refused
from shared.tokens import ACCESS_TYPE, Trusted, Verifier

log = structlog.get_logger()

BETWEEN_FETCHES = 10.0
AFTER_A_FAILURE = 1.0
MOST_KEPT = 4096


class IssuerAway(Refused):
    """The identity provider's keys are not known, or too old, and cannot be fetched now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    de = "Die Anmeldung lässt sich gerade nicht prüfen; bitte gleich noch einmal."
    en = "Your sign-in cannot be checked right now; please try again shortly."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "10"}


class Provider:
    """Checks the tokens of one issuer with the keys that it publishes."""

    def __init__(self, issuer: Issuer, client: httpx.AsyncClient) -> None:
        self.issuer = issuer
        self._client = client
        self._verifier = self._trusting({})
        self._seen: OrderedDict[str, Person] = OrderedDict()
        self._tried_at, self._failed = -BETWEEN_FETCHES, False
        self._fetched_at = -issuer.keys_kept_for
        self._turn = asyncio.Lock()

    def recall(self, token: str) -> Person | None:
        """Whom this very token spoke of before, unless its key is gone or may be."""
        return self._seen.get(token) if self._age() <= self.issuer.keys_kept_for else None

    async def meet(self, token: str, kid: str) -> Person:
        """Whom a token speaks of; an unknown key is looked up, but not at every knock."""
        if kid not in self._verifier.keys or self._age() > self.issuer.keys_kept_for:
            await self.renew()
        if not self._verifier.keys or self._age() > self.issuer.keys_kept_for:
            raise IssuerAway
        person = Person.of(self._verifier.read(token), self.issuer)
        self._seen[token] = person
        if len(self._seen) > MOST_KEPT:
            self._seen.popitem(last=False)
        return person

    async def refresh(self) -> None:
        """Fetch the keys anew where that is due; no request waits for it."""
        async with self._turn:
            if self._failed or self._age() >= self.issuer.keys_refreshed_after:
                await self._fetch()

    async def renew(self) -> None:
        """Fetch the keys for a request that needs another, unless that was tried just now."""
        async with self._turn:
            pause = AFTER_A_FAILURE if self._failed else BETWEEN_FETCHES
            if time.monotonic() - self._tried_at >= pause:
                await self._fetch()

    async def _fetch(self) -> None:
        """Take over what is published; what cannot be read or trusted changes nothing."""
        try:
            self._trust(await keys_of(self.issuer, self._client))
            self._failed = False
        except UNREADABLE as error:
            self._failed = True
            said = {"issuer": self.issuer.url, "error": repr(error)}
            log.warning("the issuer's keys cannot be fetched", age=round(self._age()), **said)
        finally:
            self._tried_at = time.monotonic()

    def _trust(self, keys: dict[str, Trusted]) -> None:
        """Take over the keys; where they changed, forget whom a withdrawn one has vouched for."""
        self._fetched_at = time.monotonic()
        if {k: v.key.to_dict() for k, v in keys.items()} != self._published:
            self._verifier = self._trusting(keys)
            self._seen.clear()

    def _trusting(self, keys: dict[str, Trusted]) -> Verifier:
        self._published = {kid: each.key.to_dict() for kid, each in keys.items()}
        issuer = self.issuer
        return Verifier(
            keys, issuer.url, issuer.audience, ACCESS_TYPE, LONGEST_ACCESS, issuer.clock_skew
        )

    def _age(self) -> float:
        return time.monotonic() - self._fetched_at
