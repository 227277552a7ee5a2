"""Signing and verifying; the only file that imports jose, and it lets jose check signatures only.

python-jose 3.5.0 accepts a token without `aud` or `exp`, with `crit`, a float `exp` or doubled
keys, and lets OverflowError and RecursionError escape. So header and claims are checked here.
"""

import json
import re
import secrets
import time
from binascii import Error as NotBase64
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jose import jwk, jws
from jose.exceptions import JOSEError
from jose.utils import base64url_decode

from shared.keys import Key, KeySet, keys_of
from shared.problems import NotSignedIn

SMALLEST_RSA, LARGEST_RSA = 2048, 8192
MOST_BYTES = 8192
MOST_KEPT = 4096
SHAPE = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
CLOCK_SKEW = 5
INTERNAL_TYPE = "kiez+jwt"
INTERNAL_LIFE = 30
INTERNAL_ISSUER = "kiezknoten-gateway"
ACCESS_TYPE = "at+jwt"
REQUIRED = {"iss": str, "aud": str, "sub": str, "jti": str, "iat": int, "exp": int}

Claims = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trusted:
    """A key ready for use, with the one algorithm it may be used with."""

    algorithm: str
    key: Any


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes tokens of one type for one issuer."""

    key: Trusted
    issuer: str
    typ: str
    life: int
    kid: str = ""

    def sign(self, audience: str, subject: str, **claims: Any) -> str:
        """A token for `audience` that lives `life` seconds."""
        now = int(time.time())
        claims |= {"iss": self.issuer, "aud": audience, "sub": subject, "iat": now}
        claims |= {"exp": now + self.life, "jti": secrets.token_urlsafe(12)}
        header = {"typ": self.typ} | ({"kid": self.kid} if self.kid else {})
        return jws.sign(claims, self.key.key, header, self.key.algorithm)


@dataclass(frozen=True, slots=True)
class Verifier:
    """Accepts tokens of one type, issuer and audience, and remembers those it has seen.

    `keys` are found by the header's `kid`; a token without one asks for the key named "". Clocks
    may differ by `skew` seconds, in either direction.
    """

    keys: Mapping[str, Trusted]
    issuer: str
    audience: str
    typ: str
    longest_life: int
    skew: int = CLOCK_SKEW
    seen: OrderedDict[str, Claims] = field(default_factory=OrderedDict)

    def verify(self, token: str) -> Claims:
        """The claims of `token`; whatever is wrong with it, the answer is 401."""
        claims = self.seen.get(token)
        if claims is None:
            claims = self.read(token)
            self.seen[token] = claims
            if len(self.seen) > MOST_KEPT:
                self.seen.popitem(last=False)
        if claims["exp"] + self.skew <= time.time():
            raise NotSignedIn
        return claims

    def read(self, token: str) -> Claims:
        """As `verify`, but afresh: signature first, then every claim."""
        if len(token) > MOST_BYTES or not SHAPE.fullmatch(token):
            raise NotSignedIn
        try:
            header = strict(base64url_decode(token.split(".", 1)[0].encode()))
            trusted = self._key_for(header)
            claims = strict(jws.verify(token, trusted.key, [trusted.algorithm]))
        except (JOSEError, NotBase64, ValueError, RecursionError) as error:
            raise NotSignedIn from error
        self._check_claims(claims)
        return claims

    def _key_for(self, header: Claims) -> Trusted:
        """The key a header asks for; no `crit`, `jwk`, `jku` or `x5u`: it never brings its own."""
        kid, typ = header.get("kid", ""), header.get("typ")
        trusted = self.keys.get(kid) if isinstance(kid, str) else None
        if (
            trusted is None
            or not header.keys() <= {"alg", "kid", "typ"}
            or typ not in (self.typ, f"application/{self.typ}")
        ):
            raise NotSignedIn
        return trusted

    def _check_claims(self, claims: Claims) -> None:
        for name, kind in REQUIRED.items():  # `type(…) is`, because a bool is an int to isinstance
            if type(claims.get(name)) is not kind or not claims[name]:
                raise NotSignedIn
        begins = claims.get("nbf", claims["iat"])
        if (
            type(begins) is not int
            or claims["iss"] != self.issuer
            or claims["aud"] != self.audience
            or not 0 < claims["exp"] - claims["iat"] <= self.longest_life
        ):
            raise NotSignedIn
        now = time.time()
        if max(begins, claims["iat"]) > now + self.skew or claims["exp"] + self.skew <= now:
            raise NotSignedIn


def strict(text: bytes | str) -> Claims:
    """A JSON object whose keys are unique and whose numbers are numbers."""
    value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> Claims:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def glance(token: str) -> tuple[str, str]:
    """The issuer and the key that a token names; unverified, good for choosing a verifier only."""
    if len(token) > MOST_BYTES or not SHAPE.fullmatch(token):
        raise NotSignedIn
    head, body, _ = token.split(".")
    try:
        kid = strict(base64url_decode(head.encode())).get("kid", "")
        issuer = strict(base64url_decode(body.encode())).get("iss")
    except (NotBase64, ValueError, RecursionError) as error:
        raise NotSignedIn from error
    if not isinstance(kid, str) or not isinstance(issuer, str):
        raise NotSignedIn
    return issuer, kid


def prepared(key: Key) -> Trusted:
    """A key ready for use: EC on P-256, or RSA of a sensible size; nothing symmetric."""
    if key.get("use", "sig") != "sig":
        raise ValueError("not a key for signatures")
    if (key.get("kty"), key.get("crv")) == ("EC", "P-256"):
        algorithm = "ES256"
    elif key.get("kty") == "RSA" and SMALLEST_RSA <= _bits(key.get("n")) <= LARGEST_RSA:
        algorithm = "RS256"
    else:
        raise ValueError("only EC keys on P-256 and RSA keys of 2048 to 8192 bits are trusted")
    if key.get("alg", algorithm) != algorithm:
        raise ValueError("the key is meant for another algorithm")
    try:
        return Trusted(algorithm, jwk.construct(dict(key), algorithm))
    except (JOSEError, TypeError, AttributeError) as error:  # a number where a text should be
        raise ValueError("not a key") from error


def _bits(modulus: Any) -> int:
    if not isinstance(modulus, str):
        raise ValueError("not a key")
    return int.from_bytes(base64url_decode(modulus.encode()), "big").bit_length()


def internal_signer(key: Key) -> Signer:
    """What the gateway signs with; its tokens say which key, where the key has a name."""
    kid = key.get("kid", "")
    return Signer(prepared(key), INTERNAL_ISSUER, INTERNAL_TYPE, INTERNAL_LIFE, kid)


def internal_verifier(keys: Key | KeySet, service: str) -> Verifier:
    """What `service` verifies with: tokens made by the gateway, for this service alone.

    Several keys are trusted side by side while the gateway goes from one to the next.
    """
    several = keys_of(keys)
    trusted = {key.get("kid", ""): prepared(key) for key in several}
    if len(trusted) != len(several):
        raise ValueError("of several keys each needs a kid of its own")
    return Verifier(trusted, INTERNAL_ISSUER, service, INTERNAL_TYPE, INTERNAL_LIFE)
