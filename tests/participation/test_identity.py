"""The service's own token: fetched once, kept, renewed in time, and once more when refused."""

import time
from urllib.parse import parse_qs

import httpx
import pytest
from pydantic import SecretStr

from services.participation.clients.away import PartAway
from services.participation.clients.identity import MARGIN, Machine

TOKEN_URL = "http://identity/token"


class Provider:
    """A token endpoint and a service behind it, as far as a client sees them."""

    def __init__(self) -> None:
        self.granted = 0
        self.life = 3600
        self.status = 200
        self.refused: set[str] = set()
        self.asked: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) != TOKEN_URL:
            token = request.headers["authorization"]
            return httpx.Response(401 if token in self.refused else 200, json={"token": token})
        self.asked.append(request)
        self.granted += 1
        answer = {"access_token": f"t{self.granted}", "expires_in": self.life}
        return httpx.Response(self.status, json=answer)

    def client(self) -> httpx.AsyncClient:
        """A client that speaks as the machine."""
        transport = httpx.MockTransport(self)
        plain = httpx.AsyncClient(transport=transport)
        machine = Machine(plain, TOKEN_URL, "participation", SecretStr("secret"))
        return httpx.AsyncClient(transport=transport, auth=machine, base_url="http://gateway")


@pytest.fixture
def provider() -> Provider:
    return Provider()


async def test_one_token_serves_many_requests(provider: Provider) -> None:
    client = provider.client()

    answers = [await client.get("/x") for _ in range(3)]

    assert [answer.json()["token"] for answer in answers] == ["Bearer t1"] * 3
    (asked,) = provider.asked
    assert parse_qs(asked.content.decode()) == {"grant_type": ["client_credentials"]}
    assert asked.headers["authorization"].startswith("Basic ")


async def test_a_token_is_renewed_before_it_ends(provider: Provider) -> None:
    provider.life = MARGIN
    client = provider.client()

    answers = [await client.get("/x") for _ in range(2)]

    assert [answer.json()["token"] for answer in answers] == ["Bearer t1", "Bearer t2"]


async def test_a_token_that_is_refused_is_renewed_once(provider: Provider) -> None:
    client = provider.client()
    await client.get("/x")
    provider.refused = {"Bearer t1"}

    answer = await client.get("/x")

    assert (answer.status_code, answer.json()["token"]) == (200, "Bearer t2")
    provider.refused = {"Bearer t2", "Bearer t3"}
    assert (await client.get("/x")).status_code == 401
    assert provider.granted == 3


async def test_a_provider_that_is_away_is_away_and_no_fault(provider: Provider) -> None:
    provider.status = 503

    with pytest.raises(PartAway):
        await provider.client().get("/x")


async def test_a_wrong_secret_is_a_fault_and_not_waited_for(provider: Provider) -> None:
    provider.status = 401
    started = time.monotonic()

    with pytest.raises(httpx.HTTPStatusError):
        await provider.client().get("/x")

    assert time.monotonic() - started < 5
