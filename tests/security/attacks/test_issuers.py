"""Issuers that are away, slow, poisoned or greedy, at a gateway in a process."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from deploy.local.issuer import new_key
from shared.keys import Key
from tests.gateway.tokens import by_curve, by_rsa, by_secret, claims, encoded, head, token
from tests.journeys.started import Started, until
from tests.security.attacks.forged import Forge
from tests.security.attacks.issuers import (
    Issuer,
    Server,
    Watched,
    drips,
    has_lost_all,
    has_no_end,
    is_away,
    sends_away,
    served,
    watched,
)

TURNS = {
    "away": is_away,
    "slow": drips,
    "endless": has_no_end,
    "redirecting": sends_away,
    "emptied": has_lost_all,
}
FORGETFUL, KEPT = "forgetful", 8
SETTINGS: dict[str, dict[str, Any]] = {
    FORGETFUL: {"keys_kept_for": KEPT},
    "district-05": {"units": ["05."]},
    "district-06": {"units": ["06.", "be."]},
    "flooded": {"keys_refreshed_after": 3600},
}
NAMES = (*TURNS, *SETTINGS, "rotating", "weak", "accomplice", "unknown")
WEAK = rsa.generate_private_key(65537, 1024)
CURVE = ec.generate_private_key(ec.SECP384R1())
SECRET = b"a secret that everybody can read"


def whole(number: int, length: int) -> str:
    """A number as a key writes it."""
    return encoded(number.to_bytes(length, "big"))


def weak_keys() -> dict[str, Key]:
    """Keys that no issuer should have published."""
    numbers, point = WEAK.public_key().public_numbers(), CURVE.public_key().public_numbers()
    return {
        "rsa": {"kty": "RSA", "n": whole(numbers.n, 128), "e": "AQAB"},
        "curve": {"kty": "EC", "crv": "P-384", "x": whole(point.x, 48), "y": whole(point.y, 48)},
        "oct": {"kty": "oct", "k": encoded(SECRET), "alg": "HS256"},
    }


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served(Server(*NAMES)) as running:
        weak = running.issuers["weak"]
        weak.keys = weak_keys() | weak.keys
        yield running


@pytest.fixture(scope="module")
def gateway(
    platform: Started, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    believed = [
        {"url": issuer.url, "keys_refreshed_after": 1} | SETTINGS.get(name, {})
        for name, issuer in server.issuers.items()
        if name not in ("accomplice", "unknown")
    ]
    believed.append({"url": platform.house["environment"]["IDENTITY_ISSUER"]})
    with watched(platform, believed, tmp_path_factory.mktemp("gateway") / "said.log") as running:
        yield running


class Turned:
    """Issuers that behaved until their keys were known, and then did not."""

    def __init__(self, server: Server, gateway: Watched) -> None:
        self.seen = {name: server.issuers[name].token() for name in (*TURNS, FORGETFUL, "rotating")}
        statuses = {name: gateway.reads(made) for name, made in self.seen.items()}
        assert set(statuses.values()) == {200}, statuses
        self.rotated = server.issuers["rotating"].private
        for name, behaviour in TURNS.items():
            server.issuers[name].behaves = behaviour
        server.issuers[FORGETFUL].behaves = is_away
        server.issuers["rotating"].private, public = new_key()
        server.issuers["rotating"].keys = {"next": public}
        self.since, asked = time.monotonic(), server.asked.copy()
        until(lambda: server.asked - asked, lambda more: {*self.seen} <= {*more})


@pytest.fixture(scope="module")
def turned(server: Server, gateway: Watched) -> Turned:
    return Turned(server, gateway)


@pytest.mark.parametrize("name", TURNS)
def test_t22_the_last_good_keys_serve_on(
    server: Server, gateway: Watched, turned: Turned, name: str
) -> None:
    """O7: where an issuer sends us to is not where we go."""
    begun = time.monotonic()
    assert gateway.reads(turned.seen[name]) == 200
    assert gateway.reads(server.issuers[name].token()) == 200
    assert time.monotonic() - begun < 2
    assert server.asked["accomplice"] == 0


@pytest.mark.parametrize("name", TURNS)
def test_t22_what_it_says_then_is_not_believed(
    server: Server, gateway: Watched, turned: Turned, name: str
) -> None:
    accomplice = server.issuers["accomplice"]
    for kid in ("demo", "new"):
        forged = token(accomplice.private, head(kid=kid), claims(iss=server.issuers[name].url))
        assert gateway.reads(forged) == 401
    assert gateway.reads(by_secret(bytes(3), claims(iss=server.issuers[name].url))) == 401


def test_t22_keys_are_not_kept_for_ever(server: Server, gateway: Watched, turned: Turned) -> None:
    """An issuer that is away for so long may have been closed for a reason."""
    time.sleep(max(0.0, turned.since + KEPT + 1 - time.monotonic()))
    for made in (turned.seen[FORGETFUL], server.issuers[FORGETFUL].token()):
        answer = gateway.get("/registry/v1/requests", {"authorization": f"Bearer {made}"})
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/issuer-away")
        assert answer.headers["retry-after"]


def test_t23_a_rotated_out_key_opens_nothing_any_more(
    server: Server, gateway: Watched, turned: Turned
) -> None:
    """Nor does a token that was verified, and remembered, while the key was good."""
    rotating = server.issuers["rotating"]
    assert gateway.reads(rotating.token(kid="next")) == 200
    assert gateway.reads(turned.seen["rotating"]) == 401
    assert gateway.reads(token(turned.rotated, None, claims(iss=rotating.url))) == 401


def test_t22_a_flood_of_unknown_keys_is_no_flood_for_the_issuer(
    server: Server, gateway: Watched
) -> None:
    flooded = server.issuers["flooded"]
    assert gateway.reads(flooded.token()) == 200
    before = server.asked["flooded"]
    tokens = [flooded.token(kid=f"k{n}") for n in range(150)]
    begun = time.monotonic()
    with ThreadPoolExecutor(30) as many:
        assert {*many.map(gateway.reads, tokens)} == {401}
    rounds = 1 + (time.monotonic() - begun) // 10
    assert server.asked["flooded"] - before <= rounds
    assert gateway.reads(flooded.token()) == 200


@pytest.mark.parametrize(
    ("name", "unit", "status"),
    [
        ("district-05", "05.jugendamt", 200),
        ("district-05", "06.jugendamt", 401),
        ("district-06", "06.jugendamt", 200),
        ("district-06", "be.prisma", 200),
        ("district-06", "05.jugendamt", 401),
        ("unknown", "06.jugendamt", 401),
    ],
)
def test_t15_an_issuer_speaks_for_its_own_district(
    server: Server, gateway: Watched, name: str, unit: str, status: int
) -> None:
    assert gateway.reads(server.issuers[name].token(unit)) == status
    assert server.asked["unknown"] == 0


def test_t15_an_issuer_does_not_sign_in_anothers_name(server: Server, gateway: Watched) -> None:
    one, other = server.issuers["district-05"], server.issuers["district-06"]
    assert gateway.reads(token(one.private, None, claims(iss=other.url))) == 401


@pytest.mark.parametrize(
    ("kid", "forge"),
    [
        ("rsa", lambda said: by_rsa(WEAK, kid="rsa", said=said)),
        ("curve", lambda said: by_curve(CURVE, kid="curve", said=said)),
        ("oct", lambda said: by_secret(SECRET, kid="oct", said=said)),
    ],
    ids=["T19-weak-rsa", "T19-wrong-curve", "T19-oct"],
)
def test_a_weak_key_is_left_out_and_the_others_hold(
    server: Server, gateway: Watched, kid: str, forge: object
) -> None:
    weak: Issuer = server.issuers["weak"]
    assert callable(forge)
    assert gateway.reads(forge(claims(iss=weak.url))) == 401
    assert gateway.reads(weak.token()) == 200


def test_t21_what_one_gateway_was_told_another_knows_within_seconds(
    platform: Started, gateway: Watched
) -> None:
    forge = Forge(platform)
    lost, other = forge.says(jti="told to one"), forge.good()
    assert [gateway.reads(each) for each in (lost, other)] == [200, 200]
    keeper = platform.as_("administrator@06.bezirksamt")
    said = {"token": "told to one", "reason": "card lost"}
    assert keeper.post("/revocations", json=said).status_code == 201

    until(lambda: gateway.reads(lost), lambda status: status == 401)
    assert gateway.reads(other) == 200


def test_o12_a_gateway_that_would_fetch_keys_by_plain_http_does_not_start(
    platform: Started, tmp_path: Path
) -> None:
    """Over https a name that leads elsewhere shows the wrong certificate; over http anything."""
    issuers = [{"url": "http://anmeldung.example"}]
    refused = Watched(platform, issuers, tmp_path / "said.log")
    refused.client.close()

    assert refused.process.wait(60) != 0
    assert "plain http only on this machine itself" in refused.log.read_text()
