"""From an access token to a person: whose word it is, whether it holds, whether it was revoked."""

import asyncio
import time
from collections.abc import Iterable

import httpx

from gateway.people.issuers import Issuer
from gateway.people.person import Person
from gateway.people.provider import Provider
from gateway.people.revoked import Revocations
from shared.problems import NotSignedIn
from shared.tokens import glance


class People:
    """Checks access tokens with the keys that their issuers publish (OIDC discovery, JWKS)."""

    def __init__(
        self, issuers: Iterable[Issuer], client: httpx.AsyncClient, revocations: Revocations
    ) -> None:
        self._providers = {issuer.url: Provider(issuer, client) for issuer in issuers}
        self._revocations = revocations

    async def person(self, token: str) -> Person:
        """Whom a token speaks of, if it holds. One seen before is not read again."""
        for provider in self._providers.values():
            person = provider.recall(token)
            if person is not None:
                break
        else:
            person = await self._meet(token)
        if person.until <= time.time():
            raise NotSignedIn
        await self._revocations.must_not_cover(person)
        return person

    async def refresh(self) -> None:
        """Fetch the keys that are due, of all issuers at once: a slow one holds up no other."""
        await asyncio.gather(*(provider.refresh() for provider in self._providers.values()))

    async def _meet(self, token: str) -> Person:
        issuer, kid = glance(token)
        provider = self._providers.get(issuer)
        if provider is None:
            raise NotSignedIn
        return await provider.meet(token, kid)
