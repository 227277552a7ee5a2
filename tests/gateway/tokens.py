"""Tokens of every kind, right and wrong, made with bare cryptography: no library tidies them."""

import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from shared.keys import Key

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
LENGTH = 32


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """And back."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(text: str) -> int:
    """A number as a key writes it."""
    return int.from_bytes(decoded(text), "big")


def claims(**other: Any) -> dict[str, Any]:
    """What a good token says, but for what is given; None leaves a claim out."""
    now = int(time.time())
    said = {
        "iss": "https://demo.invalid",
        "aud": "kiezknoten",
        "sub": "x",
        "jti": f"{time.time_ns()}",
        "iat": now,
        "exp": now + 600,
        "hats": [{"role": "lead", "unit": "06.jugendamt"}],
    }
    return {name: value for name, value in (said | other).items() if value is not None}


def head(**other: Any) -> dict[str, Any]:
    """The header of a good token, but for what is given; None leaves a field out."""
    said = {"alg": "ES256", "typ": "at+jwt", "kid": "demo"} | other
    return {name: value for name, value in said.items() if value is not None}


def text(value: Any) -> str:
    """A part of a token: JSON, or the very bytes that are given."""
    return encoded(value if isinstance(value, bytes) else json.dumps(value).encode())


def private(key: Key) -> ec.EllipticCurvePrivateKey:
    """A private key on P-256."""
    point = ec.EllipticCurvePublicNumbers(number(key["x"]), number(key["y"]), ec.SECP256R1())
    return ec.EllipticCurvePrivateNumbers(number(key["d"]), point).private_key()


def signature(key: Key, signed: bytes) -> bytes:
    """r and s, one after the other."""
    return joined(private(key).sign(signed, ec.ECDSA(SHA256())), LENGTH)


def joined(der: bytes, length: int) -> bytes:
    """A signature as tokens write it."""
    return b"".join(each.to_bytes(length, "big") for each in decode_dss_signature(der))


def token(key: Key, header: Any = None, body: Any = None) -> str:
    """A token with a good signature over whatever it says (ES256)."""
    parts = (head() if header is None else header, claims() if body is None else body)
    start = ".".join(map(text, parts))
    return f"{start}.{encoded(signature(key, start.encode()))}"


def with_signature(made: str, signed: bytes) -> str:
    """The same token with another signature."""
    return f"{made.rpartition('.')[0]}.{encoded(signed)}"


def malleated(made: str) -> str:
    """The same token with the other signature that ECDSA allows for it: (r, -s)."""
    both = decoded(made.rpartition(".")[2])
    s = ORDER - int.from_bytes(both[LENGTH:], "big")
    return with_signature(made, both[:LENGTH] + s.to_bytes(LENGTH, "big"))


def by_secret(secret: bytes, said: Any, **header: Any) -> str:
    """A token with an HMAC as its signature (HS256)."""
    start = f"{text(head(alg='HS256', **header))}.{text(said)}"
    return f"{start}.{encoded(hmac.digest(secret, start.encode(), sha256))}"


def by_rsa(key: rsa.RSAPrivateKey, said: Any, **header: Any) -> str:
    """A token signed with RS256."""
    start = f"{text(head(alg='RS256', **header))}.{text(said)}"
    return f"{start}.{encoded(key.sign(start.encode(), padding.PKCS1v15(), SHA256()))}"


def by_curve(key: ec.EllipticCurvePrivateKey, said: Any, **header: Any) -> str:
    """A token said to be ES256 and signed on whatever curve the key has."""
    start = f"{text(head(**header))}.{text(said)}"
    signed = key.sign(start.encode(), ec.ECDSA(SHA256()))
    return f"{start}.{encoded(joined(signed, (key.key_size + 7) // 8))}"
