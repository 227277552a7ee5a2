"""A token that is wrong in any way is a 401; what python-jose lets through included."""

import json
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from jose import jws

from deploy.local.issuer import new_key
from shared.keys import public_half
from shared.problems import NotSignedIn
from shared.tokens import INTERNAL_TYPE, Claims, internal_signer, internal_verifier, prepared

PRIVATE, PUBLIC = new_key()
VERIFIER = internal_verifier(PUBLIC, "registry")
GOOD = {"iss": "kiezknoten-gateway", "aud": "registry", "sub": "x", "jti": "1"}


def made(header: dict[str, Any] | None = None, **claims: Any) -> str:
    now = int(time.time())
    body = GOOD | {"iat": now, "exp": now + 20} | claims
    kept = {key: value for key, value in body.items() if value is not None}
    return jws.sign(kept, prepared(PRIVATE).key, {"typ": INTERNAL_TYPE} | (header or {}), "ES256")


def raw(payload: str) -> str:
    return jws.sign(payload.encode(), prepared(PRIVATE).key, {"typ": INTERNAL_TYPE}, "ES256")


def part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_the_gateways_token_opens_its_service() -> None:
    token = internal_signer(PRIVATE).sign("registry", "x", act="request.read")
    assert VERIFIER.verify(token)["act"] == "request.read"


NOW = int(time.time())
WRONG = {
    "other audience": made(aud="datahub"),
    "audience in a list": made(aud=["registry"]),
    "no audience": made(aud=None),
    "other issuer": made(iss="https://demo.invalid"),
    "no expiry": made(exp=None),
    "expired": made(iat=NOW - 40, exp=NOW - 20),
    "lives too long": made(exp=NOW + 3600),
    "expiry as text": made(exp=str(NOW + 20)),
    "expiry with a point": made(exp=NOW + 20.5),
    "expiry true": made(exp=True),
    "not yet": made(nbf=NOW + 20),
    "begins as text": made(nbf=str(NOW)),
    "made in the future": made(iat=NOW + 600, exp=NOW + 620),
    "no subject": made(sub=""),
    "no id": made(jti=None),
    "an access token": made({"typ": "at+jwt"}),
    "an ID token": made({"typ": "JWT"}),
    "crit": made({"crit": ["b64"]}),
    "its own key": made({"jwk": PUBLIC}),
    "a link to a key": made({"jku": "https://evil.invalid"}),
    "a key twice": raw('{"aud":"x","aud":"registry"}'),
    "infinite": raw('{"exp": Infinity}'),
    "deep": raw("[" * 5000),
    "not an object": raw("[]"),
    "too long": made(sub="x" * 9000),
    "no signature": ".".join(made().split(".")[:2]) + ".",
    "alg none": f"{part({'alg': 'none', 'typ': INTERNAL_TYPE})}.{part(GOOD)}.eA",
    "five parts": made() + ".x.y",
    "not ASCII": "ä.ö.ü",
    "empty": "",
}


@pytest.mark.parametrize("token", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("check", [VERIFIER.verify, VERIFIER.read])
def test_it_is_refused(check: Callable[[str], Claims], token: str) -> None:
    with pytest.raises(NotSignedIn):
        check(token)


def test_another_gateways_token_is_refused() -> None:
    token = internal_signer(new_key()[0]).sign("registry", "x")
    with pytest.raises(NotSignedIn):
        VERIFIER.verify(token)


def test_a_token_that_was_seen_still_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    token = made()
    VERIFIER.verify(token)
    later = time.time() + 60
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(NotSignedIn):
        VERIFIER.verify(token)


def test_joses_encryption_is_never_loaded() -> None:
    assert "jose.jwe" not in sys.modules


@pytest.mark.parametrize("secret", ["d", "p", "q", "dp", "dq", "qi", "k"])
def test_of_a_key_only_what_may_be_shown_is_shown(secret: str) -> None:
    assert public_half(PUBLIC | {secret: "x"}) == PUBLIC
