"""The demo provider answers as an OpenID client expects; the command line knows its hats."""

import json

import httpx
import pytest
from typer.testing import CliRunner

from deploy.command import app as command
from deploy.local import commands, identity
from deploy.local.demo import CLIENTS, PERSONS
from deploy.local.identity import IdentitySettings, create_app
from deploy.local.issuer import new_key
from shared.authority import Role
from shared.tokens import ACCESS_TYPE, Verifier, prepared

ISSUER = "http://localhost:8004"
PRIVATE, PUBLIC = new_key()
GRANT = {"grant_type": "client_credentials"}
LEAD = {"client_id": "lead@06.sga", "client_secret": "secret"}


@pytest.fixture
def client() -> httpx.AsyncClient:
    settings = IdentitySettings.model_validate(
        {"issuer": ISSUER, "key": PRIVATE, "secret": "secret"}
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(create_app(settings)), base_url=ISSUER)


async def test_a_client_finds_its_way_from_discovery_to_a_token_that_holds(
    client: httpx.AsyncClient,
) -> None:
    found = (await client.get("/.well-known/openid-configuration")).json()
    (key,) = (await client.get(found["jwks_uri"])).json()["keys"]
    answer = await client.post(found["token_endpoint"], data=GRANT | LEAD)

    keys = {key["kid"]: prepared(key)}
    verifier = Verifier(keys, found["issuer"], "kiezknoten", ACCESS_TYPE, 3600)
    claims = verifier.verify(answer.json()["access_token"])
    assert claims["hats"] == [{"role": "lead", "unit": "06.sga", "regions": []}]
    assert "d" not in key
    assert answer.headers["cache-control"] == "no-store"


async def test_the_secret_may_come_in_the_header(client: httpx.AsyncClient) -> None:
    answer = await client.post("/token", data=GRANT, auth=("participation", "secret"))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (GRANT | LEAD | {"client_secret": "geraten"}, 401),
        (GRANT | LEAD | {"client_id": "mayor@06.sga"}, 401),
        (GRANT, 401),
        (LEAD | {"grant_type": "password"}, 400),
        (LEAD, 422),
    ],
)
async def test_nobody_else_gets_a_token(
    client: httpx.AsyncClient, sent: dict[str, str], status: int
) -> None:
    assert (await client.post("/token", data=sent)).status_code == status


def test_the_command_lists_a_person_for_every_hat_but_the_public() -> None:
    told = CliRunner().invoke(command, ["hats", "--json"])
    listed = json.loads(told.stdout)
    assert {each["hat"] for each in listed} == set(Role) - {Role.PUBLIC}
    assert all(f"{each['hat']}@{each['unit']}" in CLIENTS for each in listed)
    assert len(listed) == len(PERSONS)


def test_the_command_prints_a_token_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"IDENTITY_KEY": json.dumps(PRIVATE), "IDENTITY_ISSUER": ISSUER}
    monkeypatch.setattr(commands, "the_house", lambda: {"environment": environment})

    told = CliRunner().invoke(commands.local, ["token", "--as", "lead@06.sga"])

    keys = {identity.KID: prepared(PUBLIC)}
    verifier = Verifier(keys, ISSUER, "kiezknoten", ACCESS_TYPE, 3600)
    assert verifier.verify(told.stdout.strip())["sub"] == "demo-lead@06.sga"


def test_nobody_wears_a_hat_that_is_not_listed() -> None:
    told = CliRunner().invoke(commands.local, ["token", "--as", "lead@06.spk"])
    assert told.exit_code == 2
    assert "kiezknoten hats" in told.output
