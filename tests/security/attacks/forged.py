"""Access tokens of the platform's own issuer, right and wrong, by the id of the attack."""

import json
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from deploy.local.identity import KID
from deploy.local.issuer import new_key
from shared.keys import Key, public_half
from tests.gateway.tokens import (
    ORDER,
    by_curve,
    by_rsa,
    by_secret,
    claims,
    decoded,
    head,
    private,
    text,
    token,
    with_signature,
)
from tests.journeys.started import Started

RSA = rsa.generate_private_key(65537, 2048)
P384 = ec.generate_private_key(ec.SECP384R1())
STRANGER = new_key()[0]
USUAL = '{"iss":"%(iss)s","aud":"kiezknoten","sub":"x","jti":"1"'


class Forge:
    """Makes tokens as the platform's own issuer would, but for what is wrong with them."""

    def __init__(self, platform: Started) -> None:
        environment = platform.house["environment"]
        self.issuer = environment["IDENTITY_ISSUER"]
        self.key: Key = json.loads(environment["IDENTITY_KEY"])
        assert head()["kid"] == KID

    def good(self, **header: Any) -> str:
        """Nothing is wrong with it, but for its header if told so."""
        return token(self.key, head(**header), self.said())

    def said(self, **other: Any) -> dict[str, Any]:
        """Claims."""
        return claims(**{"iss": self.issuer} | other)

    def says(self, **other: Any) -> str:
        """A token with other claims."""
        return token(self.key, None, self.said(**other))

    def words(self, words: str) -> str:
        """A token whose claims are these very characters, with the usual ones as %(…)s."""
        now = int(time.time())
        times = f'"iat":{now},"exp":{now + 600}'
        return token(self.key, None, (words % {"iss": self.issuer, "times": times}).encode())

    def public(self, encoding: Encoding, form: PublicFormat) -> bytes:
        """The issuer's public key, which everybody knows, in some form."""
        return private(self.key).public_key().public_bytes(encoding, form)


def hats(*given: Any) -> dict[str, Any]:
    return {"hats": list(given)}


PEM, DER, SSH = Encoding.PEM, Encoding.DER, Encoding.OpenSSH
SPKI, OPENSSH = PublicFormat.SubjectPublicKeyInfo, PublicFormat.OpenSSH
NOW = int(time.time())

WRONG: dict[str, Callable[[Forge], str]] = {
    "T2-hs256-with-pem": lambda f: by_secret(f.public(PEM, SPKI), f.said()),
    "T2-hs256-with-pem-unbroken": lambda f: by_secret(f.public(PEM, SPKI).strip(), f.said()),
    "T3-hs256-with-der": lambda f: by_secret(f.public(DER, SPKI), f.said()),
    "T4-hs256-with-ssh": lambda f: by_secret(f.public(SSH, OPENSSH), f.said()),
    "T4-hs256-with-jwk": lambda f: by_secret(json.dumps(public_half(f.key)).encode(), f.said()),
    "T4-hs256-with-nothing": lambda f: by_secret(b"", f.said()),
    "T4-alg-none": lambda f: f"{text(head(alg='none'))}.{text(f.said())}.",
    "T4-alg-None-signed": lambda f: f.good(alg="None"),
    "T4-rs256-by-another": lambda f: by_rsa(RSA, f.said()),
    "T4-another-alg-in-the-header": lambda f: f.good(alg="RS256"),
    "T5-jwk": lambda f: token(STRANGER, head(jwk=public_half(STRANGER)), f.said()),
    "T5-jwk-without-kid": lambda f: token(
        STRANGER, head(jwk=public_half(STRANGER), kid=None), f.said()
    ),
    "T5-x5c": lambda f: f.good(x5c=["AAAA"]),
    "T5-x5u": lambda f: f.good(x5u="https://evil.invalid"),
    "T6-kid-traversal": lambda f: f.good(kid="../../../../dev/null"),
    "T6-kid-sql": lambda f: f.good(kid="demo' OR 1=1 --"),
    "T6-kid-long": lambda f: f.good(kid="k" * 4000),
    "T6-kid-missing": lambda f: f.good(kid=None),
    "T6-kid-empty": lambda f: f.good(kid=""),
    "T6-kid-null": lambda f: token(f.key, head() | {"kid": None}, f.said()),
    "T6-kid-list": lambda f: f.good(kid=["demo"]),
    "T6-kid-number": lambda f: f.good(kid=1),
    "T6-kid-nul": lambda f: f.good(kid="demo\x00"),
    "T7-crit": lambda f: f.good(crit=["exp"]),
    "T7-crit-empty": lambda f: f.good(crit=[]),
    "T8-b64-false": lambda f: f.good(b64=False, crit=["b64"]),
    "T8-b64-false-uncritical": lambda f: f.good(b64=False),
    "T9-jwe": lambda f: f"{text(head(alg='RSA-OAEP', enc='A256GCM'))}.AAAA.AAAA.AAAA.AAAA",
    "T9-jwe-dir": lambda f: f"{text(head(alg='dir', enc='A128GCM'))}..AAAA.AAAA.AAAA",
    "T10-id-token": lambda f: token(f.key, head(typ="JWT"), f.said(nonce="n", aud="client")),
    "T10-id-token-for-us": lambda f: f.good(typ="JWT"),
    "T10-no-typ": lambda f: f.good(typ=None),
    "T11-logout-token": lambda f: f.good(typ="logout+jwt"),
    "T11-refresh-token": lambda f: f.good(typ="rt+jwt"),
    "T11-secevent": lambda f: f.good(typ="secevent+jwt"),
    "T12-other-audience": lambda f: f.says(aud="another"),
    "T12-audience-list": lambda f: f.says(aud=["kiezknoten"]),
    "T12-audience-list-of-two": lambda f: f.says(aud=["kiezknoten", "another"]),
    "T12-audience-part": lambda f: f.says(aud="kiezknoten.evil"),
    "T13-no-aud": lambda f: f.says(aud=None),
    "T13-no-exp": lambda f: f.says(exp=None),
    "T13-no-iat": lambda f: f.says(iat=None),
    "T13-no-iss": lambda f: f.says(iss=None),
    "T13-no-sub": lambda f: f.says(sub=None),
    "T13-no-jti": lambda f: f.says(jti=None),
    "T13-empty-sub": lambda f: f.says(sub=""),
    "T13-empty-jti": lambda f: f.says(jti=""),
    "T14-iat-in-the-future": lambda f: f.says(iat=NOW + 3600, exp=NOW + 4200),
    "T14-exp-text": lambda f: f.says(exp=str(NOW + 600)),
    "T14-exp-float": lambda f: f.says(exp=NOW + 600.5),
    "T14-exp-true": lambda f: f.says(exp=True),
    "T14-exp-null": lambda f: f.words(USUAL + ',"iat":1,"exp":null}'),
    "T14-nbf-null": lambda f: f.words(USUAL + ',%(times)s,"nbf":null}'),
    "T14-exp-infinity": lambda f: f.words(USUAL + ',"iat":1,"exp":Infinity}'),
    "T14-exp-nan": lambda f: f.words(USUAL + ',"iat":1,"exp":NaN}'),
    "T14-exp-1e400": lambda f: f.words(USUAL + ',"iat":1,"exp":1e400}'),
    "T14-exp-huge": lambda f: f.says(exp=10**30),
    "T14-exp-5000-digits": lambda f: f.words(USUAL + ',"iat":1,"exp":' + "9" * 5000 + "}"),
    "T14-exp-negative": lambda f: f.says(exp=-1),
    "T14-lives-a-day": lambda f: f.says(exp=NOW + 86400),
    "T15-iss-slash": lambda f: f.says(iss=f"{f.issuer}/"),
    "T15-iss-list": lambda f: f.says(iss=[f.issuer]),
    "T15-iss-other": lambda f: f.says(iss="https://evil.invalid"),
    "T15-iss-of-the-inside": lambda f: f.says(iss="kiezknoten-gateway"),
    "T16-sub-twice": lambda f: f.words(USUAL + ',%(times)s,"sub":"y"}'),
    "T16-hats-twice": lambda f: f.words(
        USUAL + ",%(times)s,"
        '"hats":[{"role":"lead","unit":"06.sga"}],"hats":[{"role":"executive","unit":"06.spk"}]}'
    ),
    "T16-role-twice-within": lambda f: f.words(
        USUAL + ',%(times)s,"hats":[{"role":"lead","role":"executive","unit":"06.spk"}]}'
    ),
    "T16-alg-twice": lambda f: token(
        f.key, b'{"alg":"ES256","alg":"none","typ":"at+jwt","kid":"demo"}', f.said()
    ),
    "T17-deep-claims": lambda f: token(f.key, None, b"[" * 4000),
    "T17-deep-claim": lambda f: f.words('{"iss":"%(iss)s","x":' + "[" * 2500 + "]" * 2500 + "}"),
    "T17-deep-header": lambda f: text(b'{"a":' * 1200) + ".AAAA.AAAA",
    "T18-9-kB": lambda f: f.says(x="x" * 9000),
    "T19-other-curve": lambda f: by_curve(P384, f.said()),
    "T19-other-curve-in-the-header": lambda f: by_curve(P384, f.said(), alg="ES384"),
    "T20-psychic": lambda f: with_signature(f.good(), bytes(64)),
    "T20-psychic-order": lambda f: with_signature(f.good(), ORDER.to_bytes(32, "big") * 2),
    "T20-r-zero": lambda f: with_signature(f.good(), bytes(63) + b"\x01"),
    "T20-s-zero": lambda f: with_signature(f.good(), bytes(31) + b"\x01" + bytes(32)),
    "T20-empty-signature": lambda f: with_signature(f.good(), b""),
    "T20-short-signature": lambda f: with_signature(f.good(), b"\x01" * 32),
    "T20-der-signature": lambda f: with_signature(f.good(), b"0\x06\x02\x01\x01\x02\x01\x01"),
    "T20-another-tokens-signature": lambda f: with_signature(
        f.good(), decoded(f.says(sub="y").rpartition(".")[2])
    ),
    "T20-a-strangers-signature": lambda f: token(STRANGER, None, f.said()),
    "T24-expired": lambda f: f.says(iat=int(time.time()) - 600, exp=int(time.time()) - 7),
    "T24-not-yet": lambda f: f.says(nbf=int(time.time()) + 30),
    "T24-nbf-text": lambda f: f.says(nbf="0"),
    "T25-hat-text": lambda f: f.says(hats="lead@06.spk"),
    "T25-hat-in-words": lambda f: f.says(**hats("lead@06.spk")),
    "T25-hat-object": lambda f: f.says(hats={"role": "lead", "unit": "06.spk"}),
    "T25-role-list": lambda f: f.says(**hats({"role": ["*"], "unit": "06.spk"})),
    "T25-role-star": lambda f: f.says(**hats({"role": "*", "unit": "06.spk"})),
    "T25-role-unknown": lambda f: f.says(**hats({"role": "mayor", "unit": "06.spk"})),
    "T25-unit-list": lambda f: f.says(**hats({"role": "lead", "unit": ["06.spk"]})),
    "T25-unit-star": lambda f: f.says(**hats({"role": "lead", "unit": "*"})),
    "T25-unit-of-the-gate": lambda f: f.says(**hats({"role": "service", "unit": "gateway"})),
    "T25-regions-text": lambda f: f.says(
        **hats({"role": "lead", "unit": "06.spk", "regions": "06"})
    ),
    "T25-voice-of-another": lambda f: f.says(**hats({"role": "citizen", "unit": "person:00"})),
    "T25-one-bad-hat-among-good": lambda f: f.says(
        **hats({"role": "lead", "unit": "06.spk"}, {"role": "*", "unit": "06.spk"})
    ),
}


RIGHT: dict[str, Callable[[Forge], str]] = {
    "T1-a-good-one": lambda f: f.good(),
    "T10-the-long-name-of-its-type": lambda f: f.good(typ="application/at+jwt"),
    "T24-a-little-early": lambda f: f.says(iat=int(time.time()) + 3),
    "T24-a-little-late": lambda f: f.says(iat=int(time.time()) - 600, exp=int(time.time()) - 1),
    "T24-just-begun": lambda f: f.says(nbf=int(time.time()) + 3),
    "T25-several-regions": lambda f: f.says(
        **hats({"role": "lead", "unit": "06.spk", "regions": ["062004", "0620"]})
    ),
}
