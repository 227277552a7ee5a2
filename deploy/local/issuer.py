"""A demo issuer: keys, and access tokens for whoever asks. Never deployed."""

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec

from shared.authority import Hat
from shared.keys import Key
from shared.tokens import ACCESS_TYPE, Signer, prepared

ISSUER = "https://demo.invalid"


def new_key() -> tuple[Key, Key]:
    """A private key on P-256 and its public half, both as JWK (RFC 7517)."""
    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    public = {
        "kty": "EC",
        "crv": "P-256",
        "x": _encoded(numbers.public_numbers.x),
        "y": _encoded(numbers.public_numbers.y),
    }
    return public | {"d": _encoded(numbers.private_value)}, public


def access_token(
    key: Key, subject: str, *hats: Hat, issuer: str = ISSUER, kid: str = "demo", life: int = 3600
) -> str:
    """A token as an OIDC provider issues it (RFC 9068), with the person's hats."""
    claims = [{"role": hat.role, "unit": hat.unit, "regions": hat.regions} for hat in hats]
    signer = Signer(prepared(key), issuer, ACCESS_TYPE, life, kid)
    return signer.sign("kiezknoten", subject, hats=claims)


def _encoded(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
