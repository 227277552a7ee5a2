"""From an access token to one hat: a person may have several, exactly one of them acts."""

import asyncio
import time
from http import HTTPStatus
from typing import Any, ClassVar

import httpx
import structlog

from gateway.contributing import PERSON
from shared.authority import Hat, Role
from shared.problems import NotSignedIn, Refused
from shared.tokens import ACCESS_TYPE, Claims, Trusted, Verifier, kid_of, prepared

log = structlog.get_logger()

LONGEST_ACCESS = 3600
BETWEEN_FETCHES = 10.0
PATIENCE = 3.0


class NameYourHat(Refused):
    """A person with several hats says which one acts; a hat not held is as good as none."""

    status = HTTPStatus.BAD_REQUEST
    de = "Bitte sagen Sie mit X-Acting-As, in welcher Rolle Sie handeln."
    en = "Please say with X-Acting-As in which role you act."


class IssuerAway(Refused):
    """The identity provider's keys are not known and cannot be fetched now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    de = "Die Anmeldung lässt sich gerade nicht prüfen; bitte gleich noch einmal."
    en = "Your sign-in cannot be checked right now; please try again shortly."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "10"}


class People:
    """Checks access tokens with the keys that the issuer publishes (OIDC discovery, JWKS)."""

    def __init__(self, issuer: str, audience: str, client: httpx.AsyncClient) -> None:
        self._issuer, self._audience, self._client = issuer, audience, client
        self._verifier = self._trusting({})
        self._tried_at = -BETWEEN_FETCHES
        self._turn = asyncio.Lock()

    async def claims(self, token: str) -> Claims:
        """What a token says, if it holds; an unknown key is looked up, but not at every knock."""
        if kid_of(token) not in self._verifier.keys:
            await self._renew()
        return self._verifier.verify(token)

    async def _renew(self) -> None:
        async with self._turn:
            if time.monotonic() - self._tried_at >= BETWEEN_FETCHES:
                self._tried_at = time.monotonic()
                try:
                    self._verifier = self._trusting(await self._published())
                except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                    log.warning("the issuer's keys cannot be fetched", error=repr(error))
                    self._tried_at -= BETWEEN_FETCHES - 1
        if not self._verifier.keys:
            raise IssuerAway

    async def _published(self) -> dict[str, Trusted]:
        found = await self._document(f"{self._issuer}/.well-known/openid-configuration")
        if found["issuer"] != self._issuer:
            raise ValueError("the discovery document is another issuer's")
        keys = {}
        for key in (await self._document(found["jwks_uri"]))["keys"]:
            try:
                keys[str(key["kid"])] = prepared(key)
            except (KeyError, ValueError, TypeError) as error:
                log.warning("a published key is not trusted", error=repr(error))
        return keys

    async def _document(self, url: str) -> dict[str, Any]:
        answer = await self._client.get(url, timeout=PATIENCE)
        document = answer.raise_for_status().json()
        if not isinstance(document, dict):
            raise TypeError("not an object")
        return document

    def _trusting(self, keys: dict[str, Trusted]) -> Verifier:
        """A new verifier forgets what it has seen, and with it tokens of withdrawn keys."""
        return Verifier(keys, self._issuer, self._audience, ACCESS_TYPE, LONGEST_ACCESS)


def hat_of(claims: Claims, acting_as: str, pseudonym: str) -> Hat:
    """The one hat that acts; `acting_as` reads role@unit, needless where there is only one.

    A citizen speaks for no unit but for themselves: the hat's unit becomes the pseudonym.
    """
    given = claims.get("hats", [])
    if not isinstance(given, list):
        raise NotSignedIn
    hats = {f"{hat.role}@{hat.unit}": hat for hat in map(_hat, given)}
    if not acting_as and len(hats) == 1:
        acting_as = next(iter(hats))
    if acting_as not in hats:
        raise NameYourHat(hats=sorted(hats))
    hat = hats[acting_as]
    return Hat(hat.role, pseudonym, hat.regions) if hat.role is Role.CITIZEN else hat


def _hat(claim: Claims) -> Hat:
    try:
        hat = Hat(Role(claim["role"]), str(claim["unit"]), tuple(claim.get("regions", ())))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotSignedIn from error
    # A token that claims to be a voice of the public could speak as any of them.
    if ":" in hat.unit or (hat.role is Role.CITIZEN) != (hat.unit == PERSON):
        raise NotSignedIn
    return hat
