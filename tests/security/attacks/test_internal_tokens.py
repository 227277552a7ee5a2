"""Internal tokens open one act at one service for half a minute, and nothing at the gateway."""

import json
import time
from typing import Any
from uuid import uuid4

import pytest

from deploy.local.identity import demo_token
from deploy.local.issuer import new_key
from shared.keys import Key
from shared.tokens import INTERNAL_ISSUER, INTERNAL_TYPE
from tests.gateway.tokens import token
from tests.house import QUESTION
from tests.journeys.started import Started
from tests.security.attacks.wire import Wire, request

LEAD = "lead@06.jugendamt"
REQUESTS = "/registry/v1/requests"
BROWSE = {"act": "request.browse", "role": "lead", "unit": "06.jugendamt"}
DRAFT = QUESTION | {"addressee": "06.sozialamt"}


class Mint:
    """Makes internal tokens as the gateway does, but for what is wrong with them."""

    def __init__(self, platform: Started) -> None:
        self.key: Key = json.loads(platform.house["environment"]["GATEWAY_SIGNING_KEY"])

    def token(self, key: Key | None = None, typ: str = INTERNAL_TYPE, **other: Any) -> str:
        """A token for the registry to browse requests as a lead, unless told otherwise."""
        now = int(time.time())
        said: dict[str, Any] = {
            "iss": INTERNAL_ISSUER,
            "aud": "registry",
            "sub": "x",
            "jti": str(uuid4()),
        }
        said |= {"sub": "x", "regions": [], "relations": [], "request_id": ""}
        said |= {"iat": now, "exp": now + 30}
        return token(key or self.key, {"alg": "ES256", "typ": typ}, said | BROWSE | other)


@pytest.fixture
def mint(platform: Started) -> Mint:
    return Mint(platform)


def bearer(made: str) -> dict[str, str]:
    return {"authorization": f"Bearer {made}"}


def test_t26_an_internal_token_opens_nothing_at_the_gateway(platform: Started, mint: Mint) -> None:
    for made in (mint.token(), mint.token(aud="kiezknoten"), mint.token(aud="gateway")):
        assert platform.as_(**bearer(made)).get(REQUESTS).status_code == 401
        assert platform.as_(**bearer(made)).get("/revocations").status_code == 401
    as_if = mint.token(typ="at+jwt", iss=platform.house["environment"]["IDENTITY_ISSUER"])
    assert platform.as_(**bearer(as_if)).get(REQUESTS).status_code == 401


def test_t27_the_right_one_opens_its_act_at_its_service(platform: Started, mint: Mint) -> None:
    assert platform.at("registry", **bearer(mint.token())).get(REQUESTS).status_code == 200


NOW = int(time.time())
WRONG: dict[str, dict[str, Any]] = {
    "other-audience": {"aud": "datahub"},
    "all-audiences": {"aud": ["registry", "datahub"]},
    "other-issuer": {"iss": "https://evil.invalid"},
    "other-act": {"act": "request.read"},
    "unknown-act": {"act": "*"},
    "more-relations": {"relations": ["own-unit"]},
    "replayed-after-its-time": {"iat": NOW - 60, "exp": NOW - 30},
    "lives-an-hour": {"exp": NOW + 3600},
    "of-another-type": {"typ": "at+jwt"},
    "O5-of-another-key": {"key": new_key()[0]},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=[f"T27-{name}" for name in WRONG])
def test_a_wrong_one_opens_nothing(platform: Started, mint: Mint, wrong: dict[str, Any]) -> None:
    client = platform.at("registry", **bearer(mint.token(**wrong)))
    assert client.get(REQUESTS).status_code == 401


def test_t27_a_role_that_the_page_refuses_is_refused_again(platform: Started, mint: Mint) -> None:
    """A service decides by the same page and does not take the gateway's word for it."""
    client = platform.at("registry", **bearer(mint.token(role="partner", unit="06.traeger")))
    assert client.get(REQUESTS).status_code == 403


def test_t27_it_opens_no_other_method_and_no_other_path(platform: Started, mint: Mint) -> None:
    """Each operation wants a token for its own act: to read a list is not to add to it."""
    client = platform.at("registry", **bearer(mint.token()))
    assert client.post(REQUESTS, json=DRAFT).status_code == 401
    assert client.get(f"{REQUESTS}/{uuid4()}").status_code == 401
    assert client.get("/registry/v1/units").status_code == 401


def test_t27_with_another_body_it_still_says_who_speaks(platform: Started, mint: Mint) -> None:
    """It is not bound to a body; whatever is sent with it becomes its own unit's word."""
    made = mint.token(act="request.make", relations=["own-unit"])
    client = platform.at("registry", **bearer(made))
    for draft in (DRAFT, DRAFT | {"question": "Und wo?"}):
        answer = client.post(REQUESTS, json=draft)
        assert (answer.status_code, answer.json()["unit"]) == (201, "06.jugendamt")
    assert client.post(REQUESTS, json=DRAFT | {"unit": "06.spk"}).status_code == 422


def test_t27_who_dawdles_until_it_has_run_out_is_too_late(platform: Started, mint: Mint) -> None:
    """It is looked at when the body is there; what has begun then is finished."""
    now = int(time.time())
    # Five seconds are left: by so much clocks may differ.
    made = mint.token(act="request.make", relations=["own-unit"], iat=now - 30, exp=now)
    body = json.dumps(DRAFT).encode()
    fields = (f"Authorization: Bearer {made}", "Content-Type: application/json")
    line = request(f"POST {REQUESTS} HTTP/1.1", *fields, f"Content-Length: {len(body)}")
    address = f"http://127.0.0.1:{platform.house['ports']['registry']}"
    with Wire(address) as in_time, Wire(address) as too_late:
        too_late.send(line + body[:10])
        assert in_time.send(line + body).answer().status == 201
        time.sleep(6)
        assert too_late.send(body[10:]).answer().status == 401


@pytest.mark.parametrize("service", ["registry", "datahub", "participation"])
def test_t28_a_persons_token_opens_nothing_at_a_service(platform: Started, service: str) -> None:
    made = demo_token(platform.house, LEAD)
    address = f"/{service}/v1/events"
    assert platform.as_(**bearer(made)).get(address).status_code == 200
    assert platform.at(service, **bearer(made)).get(address).status_code == 401
    assert platform.at(service).get(address).status_code == 401
