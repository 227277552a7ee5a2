"""Browsers show our answers to the pages that are named, and to no others."""

import httpx
import pytest
from fastapi import FastAPI, Response
from pydantic import ValidationError

from deploy.contracts import SERVICES
from gateway.entrance.browsers import PREFLIGHT_FOR, readable_from
from gateway.settings import GatewaySettings
from tests.house import JUGENDAMT, House

PAGE = "https://kiez.berlin.de"
STRANGERS = (
    "null",
    "https://kiez.berlin.de.evil.example",
    "https://evilkiez.berlin.de",
    "http://kiez.berlin.de",
    "https://kiez.berlin.de:8443",
    "https://KIEZ.berlin.de",
    "https://kiez.berlin.de https://evil.example",
    "*",
    "",
)
ASKED = {"access-control-request-method": "PATCH", "access-control-request-headers": "if-match"}


def client(house: House, *origins: str, **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(readable_from(origins, house.gate))
    return httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers)


@pytest.fixture
def house_of_pages() -> House:
    return House({})


def said(answer: httpx.Response) -> dict[str, str]:
    """What an answer says about browsers."""
    return {k: v for k, v in answer.headers.items() if k.startswith("access-control")}


async def test_h12_only_the_very_origin_is_let_in(house_of_pages: House) -> None:
    asking = client(house_of_pages, PAGE)
    mine = await asking.get("/authority", headers={"origin": PAGE})
    theirs = [await asking.get("/authority", headers={"origin": each}) for each in STRANGERS]

    assert said(mine)["access-control-allow-origin"] == PAGE
    assert "access-control-allow-credentials" not in said(mine)
    assert "origin" in mine.headers["vary"].lower()
    assert ["access-control-allow-origin" in said(each) for each in theirs] == [False] * 9
    assert all("origin" in each.headers["vary"].lower() for each in theirs)


async def test_h12_a_preflight_is_the_same_whoever_asks(house_of_pages: House) -> None:
    """One that depended on identity would be kept by the browser for another one."""
    asked = ASKED | {"origin": PAGE}
    token = house_of_pages.as_(JUGENDAMT).headers["authorization"]
    answers = [
        await client(house_of_pages, PAGE, **more).options("/registry/v1/requests", headers=asked)
        for more in ({}, {"authorization": token}, {"authorization": "Bearer nonsense"})
    ]

    assert {each.status_code for each in answers} == {200}
    assert said(answers[0]) == said(answers[1]) == said(answers[2])
    assert said(answers[0])["access-control-max-age"] == str(PREFLIGHT_FOR)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_h12_a_preflight_from_elsewhere_is_refused(
    house_of_pages: House, stranger: str
) -> None:
    asked = ASKED | {"origin": stranger}
    answer = await client(house_of_pages, PAGE).options("/registry/v1/requests", headers=asked)
    assert answer.status_code == 400
    assert "access-control-allow-origin" not in said(answer)


async def test_without_a_list_nobody_is_told_anything(house_of_pages: House) -> None:
    answer = await client(house_of_pages).get("/authority", headers={"origin": PAGE})
    assert said(answer) == {}


@pytest.mark.parametrize(
    "origin", ["*", "null", "https://*.berlin.de", "https://berlin.de/", ".de"]
)
def test_a_list_with_a_pattern_in_it_does_not_start(origin: str) -> None:
    with pytest.raises(ValidationError, match="cors_origins"):
        GatewaySettings(cors_origins=[origin])


async def test_h11_what_a_service_says_to_browsers_does_not_pass() -> None:
    def loud(*_: object) -> FastAPI:
        app = FastAPI()

        @app.get("/registry/v1/units")
        async def shout() -> Response:
            headers = {"access-control-allow-origin": "*", "set-cookie": "a=b"}
            return Response("{}", headers=headers | {"access-control-allow-credentials": "true"})

        return app

    house = House({}, dict.fromkeys(SERVICES, loud))
    answer = await client(house).get("/registry/v1/units", headers={"origin": PAGE})

    assert answer.status_code == 200
    assert said(answer) == {}
    assert "set-cookie" not in answer.headers
