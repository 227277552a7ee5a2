"""Access tokens are believed by the keys that the issuer publishes, and by nothing else."""

import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jws

from deploy.local.issuer import ISSUER, access_token, new_key
from gateway.people import provider
from shared.keys import Key
from shared.tokens import prepared
from tests.house import COORDINATION, JUGENDAMT, House

NOW = int(time.time())
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "kiezknoten",
    "sub": "x",
    "jti": "1",
    "iat": NOW,
    "exp": NOW + 3000,
    "hats": [{"role": "lead", "unit": "06.spk"}],
}


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment in which the issuer may be asked again."""
    monkeypatch.setattr(provider, "BETWEEN_FETCHES", 0.0)


async def reads(house: House, token: str) -> int:
    client = house.as_(authorization=f"Bearer {token}")
    return (await client.get("/requests")).status_code


async def test_the_keys_are_fetched_once_and_kept(house: House) -> None:
    for _ in range(3):
        assert (await house.as_(COORDINATION).get("/requests")).status_code == 200
    assert house.issuer.asked == ["/.well-known/openid-configuration", "/jwks"]


async def test_tokens_of_unknown_keys_do_not_make_us_ask_again_and_again(house: House) -> None:
    await house.as_(COORDINATION).get("/requests")
    stranger, _ = new_key()
    tokens = [access_token(stranger, "x", COORDINATION, kid=f"k{n}") for n in range(20)]

    assert {await reads(house, token) for token in tokens} == {401}
    assert len(house.issuer.asked) == 2


async def test_a_new_key_is_learned_and_a_withdrawn_one_forgotten(
    house: House, patient: None
) -> None:
    old = access_token(house.issuer_key, "x", COORDINATION)
    assert await reads(house, old) == 200

    private, public = new_key()
    house.issuer.answers["/jwks"] = {"keys": [public | {"kid": "next"}]}
    new = access_token(private, "x", COORDINATION, kid="next")

    assert await reads(house, new) == 200
    assert await reads(house, old) == 401


async def test_known_keys_serve_on_while_the_issuer_is_away(house: House, patient: None) -> None:
    token = access_token(house.issuer_key, "x", COORDINATION)
    assert await reads(house, token) == 200
    house.issuer.away = True

    assert await reads(house, access_token(house.issuer_key, "y", JUGENDAMT)) == 200


async def test_without_any_key_the_answer_is_to_try_again(house: House) -> None:
    house.issuer.away = True
    answer = await house.as_(COORDINATION).get("/requests")

    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert (await house.as_().get("/events")).status_code == 200


async def test_another_issuers_discovery_is_not_believed(house: House) -> None:
    house.issuer.answers["/.well-known/openid-configuration"]["issuer"] = "https://evil.invalid"
    assert (await house.as_(COORDINATION).get("/requests")).status_code == 503


def rsa_key(bits: int) -> tuple[Key, Key]:
    private = rsa.generate_private_key(65537, bits)
    numbers = private.private_numbers()

    def encoded(number: int) -> str:
        octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return urlsafe_b64encode(octets).rstrip(b"=").decode()

    public = {
        "kty": "RSA",
        "n": encoded(numbers.public_numbers.n),
        "e": encoded(numbers.public_numbers.e),
    }
    more = {
        "d": numbers.d,
        "p": numbers.p,
        "q": numbers.q,
        "dp": numbers.dmp1,
        "dq": numbers.dmq1,
        "qi": numbers.iqmp,
    }
    return public | {name: encoded(value) for name, value in more.items()}, public


async def test_rsa_keys_are_believed_too(house: House) -> None:
    private, public = rsa_key(2048)
    house.issuer.answers["/jwks"] = {"keys": [public | {"kid": "rsa", "alg": "RS256"}]}

    assert await reads(house, access_token(private, "x", COORDINATION, kid="rsa")) == 200


async def test_a_short_rsa_key_is_not_believed(house: House) -> None:
    private, public = rsa_key(1024)
    house.issuer.answers["/jwks"]["keys"].append(public | {"kid": "short"})

    assert await reads(house, access_token(house.issuer_key, "x", COORDINATION)) == 200
    forged = jws.sign(CLAIMS, dict(private), {"typ": "at+jwt", "kid": "short"}, "RS256")
    assert await reads(house, forged) == 401


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        new_key()[1] | {"use": "enc"},
        new_key()[1] | {"alg": "RS256"},
    ],
    ids=["symmetric", "other curve", "no point", "for encryption", "other algorithm"],
)
async def test_a_weak_key_that_is_published_is_left_out(house: House, key: Key) -> None:
    known = house.issuer.answers["/jwks"]["keys"][0]
    house.issuer.answers["/jwks"] = {"keys": [key | {"kid": "weak"}, known, {"no": "kid"}]}

    assert await reads(house, access_token(house.issuer_key, "x", COORDINATION)) == 200
    assert await reads(house, access_token(house.issuer_key, "x", COORDINATION, kid="weak")) == 401


async def test_the_algorithm_is_the_keys_and_not_the_headers(house: House) -> None:
    """The public key as an HMAC secret, the oldest trick."""
    forged = jws.sign(CLAIMS, "secret", {"typ": "at+jwt", "kid": "demo"}, "HS256")

    assert await reads(house, forged) == 401


@pytest.mark.parametrize(
    "hat",
    [
        {"role": "citizen", "unit": "06.sga"},
        {"role": "lead", "unit": "link:0123"},
        {"role": "lead", "unit": "person"},
        {"role": "mayor", "unit": "06.spk"},
        {"role": ["*"], "unit": "06.spk"},
        {"unit": "06.spk"},
        "lead@06.spk",
        None,
    ],
)
async def test_a_hat_that_makes_no_sense_is_a_token_that_does_not_hold(
    house: House, hat: object
) -> None:
    key = prepared(house.issuer_key)
    token = jws.sign(
        CLAIMS | {"hats": [hat]}, key.key, {"typ": "at+jwt", "kid": "demo"}, key.algorithm
    )

    assert await reads(house, token) == 401
