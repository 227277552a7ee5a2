"""Tokens that are wrong in any way open nothing, at the gateway as it runs (T1 to T28)."""

import json
import socket
import time
from collections.abc import Callable

import pytest

from tests.gateway.tokens import (
    decoded,
    encoded,
    head,
    malleated,
    token,
    with_signature,
)
from tests.journeys.started import Started
from tests.security.attacks.forged import RIGHT, STRANGER, WRONG, Forge
from tests.security.attacks.wire import Answer, Wire, request, told

ADDRESS = "/registry/v1/requests"


@pytest.fixture
def forge(platform: Started) -> Forge:
    return Forge(platform)


def asks(platform: Started, credentials: str, *more: str, path: str = ADDRESS) -> Answer:
    """What the gateway answers to these credentials."""
    fields = [f"Authorization: {credentials}"] if credentials else []
    return told(platform.address, request(f"GET {path} HTTP/1.1", *fields, *more))


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_token_is_refused(
    platform: Started, forge: Forge, make: Callable[[Forge], str]
) -> None:
    made = make(forge)
    answer = asks(platform, f"Bearer {made}")

    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert answer.problem["type"] == "/problems/not-signed-in"
    assert made.split(".")[0] not in answer.whole


@pytest.mark.parametrize("make", RIGHT.values(), ids=RIGHT.keys())
def test_a_right_token_is_not(
    platform: Started, forge: Forge, make: Callable[[Forge], str]
) -> None:
    """What is refused above is refused for what is wrong with it."""
    assert asks(platform, f"Bearer {make(forge)}").status == 200


def test_t1_without_a_token_one_is_the_public(platform: Started) -> None:
    assert asks(platform, "").status == 401
    assert asks(platform, "", path="/registry/v1/units").status == 200


@pytest.mark.parametrize(
    "credentials",
    [
        "Bearer",
        "Bearer ",
        "Basic QTpC",
        "Token {}",
        "{}",
        "Bearer  {}",
        "Bearer {} x",
        "Bearer {},",
        "DPoP {}",
        "Bearer ={}",
        "Bearer {}ÿ",
        "Bearer null",
        "Bearer undefined",
    ],
)
def test_t1_credentials_are_a_bearer_token_and_nothing_else(
    platform: Started, forge: Forge, credentials: str
) -> None:
    """Not even what is public is shown to somebody whose credentials are wrong."""
    given = credentials.format(forge.good())
    for path in (ADDRESS, "/registry/v1/units"):
        assert asks(platform, given, path=path).status == 401


def test_t18_300_kilobytes_are_not_read(platform: Started, forge: Forge) -> None:
    begun = time.monotonic()
    with Wire(platform.address) as wire:
        made = f"Authorization: Bearer {forge.says(x='x' * 300_000)}"
        statuses = [
            each.status
            for each in wire.send(
                request(f"GET {ADDRESS} HTTP/1.1", made, "Connection: close")
            ).answers()
        ]
    assert statuses in ([401], [431], [400], [])
    assert time.monotonic() - begun < 5
    assert asks(platform, f"Bearer {forge.good()}").status == 200


@pytest.mark.parametrize("field", ["jku", "x5u", "iss"])
def test_t5_o7_nobody_is_asked_because_a_token_says_so(
    platform: Started, forge: Forge, field: str
) -> None:
    """An address in a token, or an unknown issuer's, is never connected to."""
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(1)
        place = f"http://localhost:{trap.getsockname()[1]}"
        header = {} if field == "iss" else {field: place}
        said = forge.said(iss=place) if field == "iss" else forge.said()
        made = token(STRANGER, head(kid="new", **header), said)
        assert asks(platform, f"Bearer {made}").status == 401
        with pytest.raises(TimeoutError):
            trap.accept()


def test_t21_another_signature_of_a_revoked_token_does_not_get_round_it(
    platform: Started, forge: Forge
) -> None:
    """ECDSA has two signatures for everything; the list knows a token by its id."""
    lost = forge.good()
    twin = malleated(lost)
    assert twin != lost
    assert [asks(platform, f"Bearer {each}").status for each in (lost, twin)] == [200, 200]

    jti = json.loads(decoded(lost.split(".")[1]))["jti"]
    keeper = platform.as_("administrator@06.bezirksamt")
    said = {"token": jti, "reason": "card lost"}
    assert keeper.post("/revocations", json=said).status_code == 201
    third = with_signature(malleated(twin), decoded(lost.rpartition(".")[2]))
    for each in (lost, twin, third, malleated(forge.says(jti=jti))):
        assert asks(platform, f"Bearer {each}").status == 401


def test_t21_whose_card_is_lost_signs_in_again(platform: Started, forge: Forge) -> None:
    before = forge.says(sub="whose card is lost", iat=int(time.time()) - 2)
    assert asks(platform, f"Bearer {before}").status == 200
    keeper = platform.as_("administrator@06.bezirksamt")
    said = {"subject": "whose card is lost", "issuer": forge.issuer, "reason": "card lost"}
    assert keeper.post("/revocations", json=said).status_code == 201

    assert asks(platform, f"Bearer {before}").status == 401
    time.sleep(2)  # the issuer's clock may be ahead by five seconds, and so is this token's
    after = forge.says(sub="whose card is lost", iat=int(time.time()) + 5)
    assert asks(platform, f"Bearer {after}").status == 200


def test_h8_two_authorizations_are_none(platform: Started, forge: Forge) -> None:
    both = f"Authorization: Bearer {forge.good()}"
    assert asks(platform, f"Bearer {forge.good()}", both).status == 400
    assert asks(platform, f"Bearer {forge.good()}", both.lower()).status == 400


@pytest.mark.parametrize("place", ["query", "cookie", "form"])
def test_h8_a_token_elsewhere_is_no_token(platform: Started, forge: Forge, place: str) -> None:
    made = forge.good()
    path = f"{ADDRESS}?access_token={made}" if place == "query" else ADDRESS
    body = f"access_token={made}" if place == "form" else ""
    fields = [f"Cookie: access_token={made}; Authorization=Bearer {made}"]
    if place == "form":
        fields = [
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
    answer = told(platform.address, request(f"GET {path} HTTP/1.1", *fields, body=body.encode()))
    assert answer.status in (400, 401)
    assert answer.status == 401 or place == "form"


def test_h8_a_token_in_the_query_adds_nothing_to_the_one_in_the_header(
    platform: Started, forge: Forge
) -> None:
    """It would stand in every log; so it is a mistake, and said to be one."""
    path = f"{ADDRESS}?access_token={forge.good()}"
    assert asks(platform, f"Bearer {forge.good()}", path=path).status == 400


def test_encoded_is_what_tokens_are_made_of() -> None:
    """The forge's own tools do what they say."""
    assert decoded(encoded(b"\x00\xff")) == b"\x00\xff"
    assert malleated(malleated(made := token(STRANGER))) == made
