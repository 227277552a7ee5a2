"""What an OpenID provider publishes (OIDC Discovery 1.0, JWKS), fetched with suspicion.

Only from where its keys may lie, without following anybody elsewhere, not for ever, not endlessly.
"""

import asyncio
from http import HTTPStatus
from typing import Any

import httpx
import structlog

from gateway.people.issuers import Issuer
from shared.keys import Key, public_half
from shared.tokens import Trusted, prepared, strict

log = structlog.get_logger()

PATIENCE = 3.0
MOST_BYTES = 262_144
DISCOVERY = "/.well-known/openid-configuration"
UNREADABLE = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, TypeError, RecursionError)


async def keys_of(issuer: Issuer, client: httpx.AsyncClient) -> dict[str, Trusted]:
    """The issuer's present keys by their `kid`; fails with one of UNREADABLE."""
    async with asyncio.timeout(PATIENCE):
        found = await _document(client, issuer.url + DISCOVERY)
        if found.get("issuer") != issuer.url:
            raise ValueError("the discovery document is another issuer's")
        place = found.get("jwks_uri")
        if not isinstance(place, str) or not issuer.may_publish_at(place):
            raise ValueError(f"no keys are fetched from {place!r}")
        published = (await _document(client, place)).get("keys")
    if not isinstance(published, list):
        raise TypeError("not a list of keys")
    keys = dict(filter(None, map(_trusted, published)))
    if not keys:
        raise ValueError("not one of the published keys can be trusted")
    return keys


async def _document(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    asked = {"accept": "application/json", "accept-encoding": "identity"}
    async with client.stream(
        "GET", url, headers=asked, follow_redirects=False, timeout=PATIENCE
    ) as answer:
        if answer.status_code != HTTPStatus.OK or "content-encoding" in answer.headers:
            raise ValueError(f"{url} answers {answer.status_code}")
        text = bytearray()
        async for piece in answer.aiter_bytes():
            text += piece
            if len(text) > MOST_BYTES:
                raise ValueError(f"{url} does not come to an end")
    return strict(bytes(text))


def _trusted(key: Any) -> tuple[str, Trusted] | None:
    """A key with its name; None where it cannot be trusted, which is no reason to drop others."""
    try:
        if not isinstance(key, dict) or not isinstance(key.get("kid"), str):
            raise TypeError("a key is an object and has a name")
        public: Key = public_half(key)
        return key["kid"], prepared(public)
    except (ValueError, TypeError) as error:
        log.warning("a published key is not trusted", error=repr(error))
        return None
