"""What the gate holds in memory of the revocations, so that no request waits for them."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.people.issuers import RESERVED, Issuer
from gateway.people.person import Person
from gateway.revocations import queries
from gateway.revocations.model import Revocation
from gateway.revocations.rules import LASTS, Revoked
from shared.access import Caller
from shared.authority import PAGE, Hat, Role
from shared.clock import now
from shared.database import Sessions, speaking
from shared.problems import Away, NotSignedIn

log = structlog.get_logger()

GATE = Hat(Role.SERVICE, RESERVED)
# As long may a transaction take to become visible to whoever reads the list.
COMMITTED_WITHIN = timedelta(seconds=60)


class Revocations:
    """The last known list. One that was never read lets nobody in: it may name anybody."""

    def __init__(self, sessions: Sessions, issuers: Iterable[Issuer]) -> None:
        self._sessions, self._issuers = sessions, tuple(issuers)
        self._entered: list[Revocation] = []
        self._of: dict[str, Revoked] | None = None
        self._turn = asyncio.Lock()

    def believed_about(self, unit: str) -> set[str]:
        """The issuers that may speak for a unit."""
        return {issuer.url for issuer in self._issuers if issuer.speaks_for(unit)}

    async def must_not_cover(self, person: Person) -> None:
        """Go on if neither this token nor this person's tokens so far were revoked."""
        if self._of is None:
            await self.load()
        if self._of is None:
            raise Away
        revoked = self._of[person.issuer.url]
        if revoked.covers(person.token_id, person.subject, person.issued_at):
            raise NotSignedIn

    def add(self, revocation: Revocation) -> None:
        """Apply one at once that was entered here; if its commit fails, the next list lacks it."""
        self._entered.append(revocation)
        if self._of is not None:
            for issuer in self._issuers:
                self._of[issuer.url].add(Revoked.of(issuer, [revocation]))

    async def load(self) -> None:
        """Read the list; where that cannot be done, what was known goes on holding."""
        async with self._turn:
            begun = now()
            caller = Caller("gateway", GATE, PAGE["revocation.apply"])
            try:
                async with speaking(self._sessions, caller) as session:
                    found = await queries.since(session, begun - LASTS)
            except (SQLAlchemyError, OSError) as error:
                known = "the last known" if self._of is not None else "none"
                reason = type(error).__name__
                log.error("revocations cannot be read", holding=known, reason=reason)
                return
            recent = begun - COMMITTED_WITHIN
            self._entered = [each for each in self._entered if each.created_at > recent]
            self.take([*found, *self._entered])

    def take(self, revocations: Sequence[Revocation]) -> None:
        """Hold exactly these."""
        self._of = {issuer.url: Revoked.of(issuer, revocations) for issuer in self._issuers}
