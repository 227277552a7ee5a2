"""Tokens of a real OpenID provider open the gateway, and its coming and going is survived."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from deploy.local.issuer import ISSUER, access_token, new_key
from gateway.people import provider as keys
from gateway.people.issuers import Issuer, Written
from shared.authority import Hat, Role
from shared.database import Sessions
from shared.keys import Key
from tests.gateway.real_provider import RealProvider
from tests.house import COORDINATION, JUGENDAMT, House
from tests.journeys.started import a_free_port

OFFICE = [{"role": "lead", "unit": JUGENDAMT.unit}]
CLIENTS: dict[str, dict[str, Any]] = {
    "office": {"hats": OFFICE},
    "office-with-a-card": {"hats": OFFICE, "acr": "2fa"},
    "several": {"hats": [*OFFICE, {"role": "specialist", "unit": "06.sozialamt", "regions": []}]},
    "elsewhere": {"hats": [{"role": "lead", "unit": "05.jugendamt"}]},
    "in-words": {"realm": {"hats": ["neighbourhood_coordination@06.spk#062004"]}},
}


def a_key(name: str) -> Key:
    """A private key as the provider takes it."""
    return new_key()[0] | {"kid": name, "use": "sig", "alg": "ES256"}


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    provider = RealProvider(a_free_port(), CLIENTS)
    provider.start([a_key("first")])
    yield provider
    provider.stop()


@pytest.fixture
async def wire() -> AsyncIterator[httpx.AsyncHTTPTransport]:
    async with httpx.AsyncHTTPTransport(trust_env=False) as transport:
        yield transport


@pytest.fixture
def open_house(
    sessions: dict[str, Sessions], provider: RealProvider, wire: httpx.AsyncHTTPTransport
) -> House:
    """A house that believes the real provider about district 06, beside its own issuer."""
    return a_house(sessions, wire, Issuer(url=provider.issuer, units=("06.",), decide_acr=("2fa",)))


def a_house(sessions: dict[str, Sessions], wire: httpx.AsyncHTTPTransport, issuer: Issuer) -> House:
    return House(sessions, issuers=[Issuer(url=ISSUER), issuer], elsewhere={f"{issuer.url}/": wire})


async def reads(house: House, token: str, **headers: str) -> int:
    client = house.as_(authorization=f"Bearer {token}", **headers)
    return (await client.get("/requests")).status_code


async def test_its_token_opens_the_gateway(open_house: House, provider: RealProvider) -> None:
    assert await reads(open_house, provider.token("office")) == 200


async def test_its_token_for_nobody_in_particular_does_not(
    open_house: House, provider: RealProvider
) -> None:
    """Without a resource it is opaque: for the provider's own addresses."""
    assert await reads(open_house, provider.token("office", resource="")) == 401


async def test_it_does_not_speak_for_another_district(
    open_house: House, provider: RealProvider
) -> None:
    assert await reads(open_house, provider.token("elsewhere")) == 401


async def test_several_hats_are_told_apart(open_house: House, provider: RealProvider) -> None:
    token = provider.token("several")

    assert await reads(open_house, token) == 400
    assert await reads(open_house, token, **{"x-acting-as": "specialist@06.sozialamt"}) == 200


async def test_hats_in_words_are_read_where_they_are(
    sessions: dict[str, Sessions], wire: httpx.AsyncHTTPTransport, provider: RealProvider
) -> None:
    issuer = Issuer(url=provider.issuer, hats="realm.hats", written=Written.TEXTS)
    house = a_house(sessions, wire, issuer)
    person = await house.people.person(provider.token("in-words"))

    assert person.hat("") == Hat(Role.NEIGHBOURHOOD_COORDINATION, "06.spk", ("062004",))


async def test_a_decision_asks_for_the_second_factor(
    open_house: House, provider: RealProvider
) -> None:
    request = await open_house.a_request(COORDINATION.unit, JUGENDAMT.unit)
    reply = await open_house.a_reply(request, JUGENDAMT.unit)

    async def publish(client: str) -> httpx.Response:
        speaking = open_house.as_(authorization=f"Bearer {provider.token(client)}")
        return await speaking.post(f"/requests/{request}/replies/{reply}/publication")

    refused = await publish("office")
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/stronger-sign-in")
    assert refused.headers["www-authenticate"] == (
        'Bearer error="insufficient_user_authentication", acr_values="2fa"'
    )
    assert (await publish("office-with-a-card")).status_code == 201


async def test_new_keys_are_learned_and_old_ones_forgotten(
    open_house: House, provider: RealProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = provider.token("office")
    assert await reads(open_house, old) == 200

    provider.stop()
    provider.start([a_key("second")])
    monkeypatch.setattr(keys, "BETWEEN_FETCHES", 0.0)

    assert await reads(open_house, provider.token("office")) == 200
    assert await reads(open_house, old) == 401


async def test_while_it_is_away_its_keys_serve_on(
    open_house: House, provider: RealProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, unseen = provider.token("office"), provider.token("office")
    assert await reads(open_house, token) == 200
    monkeypatch.setattr(keys, "BETWEEN_FETCHES", 0.0)
    provider.stop()
    try:
        stranger = access_token(new_key()[0], "x", JUGENDAMT, issuer=provider.issuer, kid="new")
        assert await reads(open_house, stranger) == 401
        assert await reads(open_house, unseen) == 200
    finally:
        provider.start([a_key("third")])
