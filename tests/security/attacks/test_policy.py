"""Nobody instructs by a detour: attacks A1 to A16 on what may be said in whose name."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, async_sessionmaker

from deploy.local.issuer import new_key
from gateway.contracts import Operation, committed, documents
from shared.authority import COORDINATION, PAGE, Hat, Role
from shared.authority.decisions import BINDING
from shared.routing import SliceRouter, contract
from shared.service import build
from tests.conftest import undone
from tests.house import COORDINATION as SPK
from tests.house import JUGENDAMT, QUESTION, House
from tests.security.scenes import MINE, REGION, Cast, scene_of
from tests.security.test_districts import SPEAK

OPERATIONS = committed()
BODIES = {
    (part, method.upper(), path): operation["requestBody"]["content"]["application/json"]["schema"]
    for part, document in documents().items()
    for path, operations in document["paths"].items()
    for method, operation in operations.items()
    if "requestBody" in operation
}
TAKING = [each for each in OPERATIONS if (each.service, each.method, each.template) in BODIES]
BINDS = [each for each in OPERATIONS if each.act.act_class in BINDING]


def title(operation: Operation) -> str:
    return f"{operation.method} {operation.template}"


def a_holder(operation: Operation) -> Hat:
    """A hat that holds the operation's act."""
    role = max(operation.act.roles - {Role.PUBLIC, Role.CITIZEN})
    return Hat(role, MINE, (REGION,))


# What somebody would add to a body to make more of it than it is.
SLIPPED = {
    "A1-act-in-the-body": {"status": "decided", "act": "answer.publish"},
    "A5-supersedes": {"relation": "supersedes", "supersedes": ["x"]},
    "A6-silence-means-consent": {"silence_means": "consent", "expires_on": "2030-01-01"},
    "A7-binding": {"binding": True, "enforced": True, "due_on": "2030-01-01"},
    "A11-on-behalf-of": {"on_behalf_of": "06.jugendamt", "delegated_to": "06.spk"},
    "A15-owner": {"owner": "06.jugendamt", "unit": "06.jugendamt"},
    "A16-mass-assignment": {"roles": ["lead"], "shared_with": ["06.spk"], "created_at": "2020"},
    "A27-chosen-id": {"id": "018f3f5e-0000-7000-8000-000000000000"},
}


def somewhere(operation: Operation) -> str:
    """An address of the operation; what it names need not be there, as bodies are read first."""
    return re.sub(r"{\w+}", "018f3f5e-0000-7000-8000-000000000000", operation.template)


async def refused_fields(house: House, operation: Operation, body: Any) -> set[str]:
    """The places in the body that are named as wrong."""
    client = house.as_(a_holder(operation), at="", **{"if-match": '"x"'})
    answer = await client.request(operation.method, somewhere(operation), json=body)
    assert answer.status_code == 422, answer.text
    return {error["pointer"] for error in answer.json()["errors"] if error["in"] == "body"}


@pytest.mark.parametrize("slipped", SLIPPED.values(), ids=list(SLIPPED))
async def test_what_is_slipped_into_a_body_is_refused_by_name(
    house: House, slipped: dict[str, Any]
) -> None:
    for operation in TAKING:
        strange = {f"/{name}" for name in slipped.keys() - properties(operation)}
        assert strange
        assert strange <= await refused_fields(house, operation, slipped), title(operation)


def properties(operation: Operation) -> set[str]:
    """The names that an operation's body knows."""
    schema = BODIES[operation.service, operation.method, operation.template]
    schemas = documents()[operation.service]["components"]["schemas"]
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return set(schemas.get(name, {}).get("properties", {}))


async def test_a13_a_batch_of_several_acts_is_no_body(house: House) -> None:
    for operation in TAKING:
        batch = [{"act": operation.act.id}, {"act": "answer.publish"}]
        assert await refused_fields(house, operation, batch) == {""}, title(operation)


def test_a2_an_operation_without_an_act_cannot_be_offered_nor_read(tmp_path: Any) -> None:
    with pytest.raises(TypeError):
        SliceRouter("x").get("/")  # type: ignore[call-arg]  # that is the attack
    app = build("registry", [], async_sessionmaker(), new_key()[1])
    app.get("/registry/v1/open")(lambda: "done")
    with pytest.raises(LookupError, match="GET /registry/v1/open declares no act"):
        contract(app, "services.registry")
    (tmp_path / "registry.json").write_text(json.dumps({"paths": {"/x": {"get": {}}}}))
    with pytest.raises(KeyError):
        committed(tmp_path)


async def test_a2_what_no_contract_names_is_not_forwarded(house: House) -> None:
    house.services["registry"].get("/registry/v1/open")(lambda: "done")

    answer = await house.as_(SPK, at="").get("/registry/v1/open")

    assert answer.status_code == 404
    assert house.upstream.asked == []


@pytest.mark.parametrize("override", ["x-http-method-override", "x-http-method", "x-method"])
async def test_a3_a_method_is_what_the_request_line_says(house: House, override: str) -> None:
    request = await house.a_request("06.spk", "06.jugendamt")
    address = f"/requests/{request}/withdrawal"

    answer = await house.as_(SPK, **{override: "POST"}).get(address)
    by_query = await house.as_(SPK).get(f"/requests/{request}", params={"_method": "POST"})

    assert (answer.status_code, answer.json()["allowed"]) == (405, ["POST"])
    assert by_query.status_code == 400
    assert (await house.as_(SPK).get(f"/requests/{request}")).json()["standing"] == "open"


@pytest.mark.parametrize("own", [True, False], ids=["own", "foreign"])
@pytest.mark.parametrize("operation", BINDS, ids=lambda each: f"A4 {each.act.id} {title(each)}")
async def test_the_coordination_neither_decides_nor_owns(
    house: House, connections: dict[str, AsyncConnection], operation: Operation, own: bool
) -> None:
    for role in sorted(COORDINATION):
        async with undone(connections):
            cast = Cast(house, Hat(role, MINE, (REGION,)), own)
            scene = await scene_of(operation, cast)
            house.upstream.asked.clear()
            answer = await cast.me().request(
                operation.method, scene.path, json=scene.body, headers=scene.headers
            )
            assert answer.status_code == 403
            assert house.upstream.asked == []
            said = answer.json()
            assert role not in said["who_may"]
            assert PAGE[said["alternative"]].act_class == "coordinate"
            assert role in PAGE[said["alternative"]].roles


# Where these words turn up in a contract, the attack begins to apply and needs a test of its own.
NOT_YET = {
    "A5": ("link", "supersede", "override", "replaces"),
    "A6": ("consent", "silence", "timer", "escalat"),
    "A7": ("binding", "due_", "deadline", "enforce"),
    "A8": ("quote", "excerpt", "source_hash", "compile"),
    "A9": ("document", "publication_of", "embed"),
    "A10": ("transfer", "new_owner"),
    "A11": ("delegat", "substitut", "on_behalf", "deputy"),
    "A28": ("websocket", "event-stream"),
}


@pytest.mark.parametrize("words", NOT_YET.values(), ids=list(NOT_YET))
def test_no_contract_offers_yet_what_could_be_attacked_so(words: tuple[str, ...]) -> None:
    offered = (
        {
            name
            for document in documents().values()
            for schema in document["components"]["schemas"].values()
            for name in schema.get("properties", {})
        }
        | {operation.template for operation in OPERATIONS}
        | set(PAGE)
    )
    media = json.dumps([document["paths"] for document in documents().values()])
    assert {each for each in offered if any(word in each.lower() for word in words)} == set()
    assert not any(f'"text/{word}"' in media for word in words)


async def test_a10_a_row_is_not_made_over_to_another_unit(
    connections: dict[str, AsyncConnection], house: House
) -> None:
    request = await house.a_request("06.jugendamt", "06.sozialamt")
    database = connections["registry"]
    await database.execute(SPEAK, {"unit": "06.jugendamt", "staff": "yes"})
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.begin_nested():
            await database.execute(text("UPDATE request SET unit = '06.spk'"))
    await database.execute(SPEAK, {"unit": "06.spk", "staff": "yes"})
    changed = await database.execute(text("UPDATE request SET unit = '06.spk'"))

    assert changed.rowcount == 0
    answer = await house.as_(SPK).get(f"/requests/{request}")
    assert answer.json()["unit"] == "06.jugendamt"


@pytest.mark.parametrize("claimed", ["lead@06.jugendamt", "lead@06.spk", "executive@06.bezirksamt"])
async def test_a11_nobody_acts_under_a_hat_of_somebody_else(house: House, claimed: str) -> None:
    answer = await house.as_(SPK, **{"x-acting-as": claimed}).get("/requests")

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/name-your-hat")
    assert house.upstream.asked == []


async def test_a12_rights_of_two_hats_never_add_up(house: House) -> None:
    lead = Hat(Role.LEAD, "06.spk")
    request = await house.a_request("06.sozialamt", "06.jugendamt")
    reply = await house.a_reply(request, "06.jugendamt")
    address = f"/requests/{request}/replies/{reply}/publication"
    said = {}
    for acting in ("", "district_coordination@06.spk", "lead@06.spk"):
        headers = {"x-acting-as": acting} if acting else {}
        answer = await house.as_(SPK, lead, **headers).post(address)
        said[acting] = (answer.status_code, answer.json()["type"].rpartition("/")[2])

    assert said == {
        "": (400, "name-your-hat"),
        "district_coordination@06.spk": (403, "not-your-act"),
        "lead@06.spk": (403, "not-yours"),
    }
    assert (await house.as_(JUGENDAMT).post(address)).status_code == 201


async def test_a14_a_change_says_which_state_it_changes(
    house: House, connections: dict[str, AsyncConnection]
) -> None:
    """The unit of a row never changes (A10); what else does, is changed under If-Match."""
    unasked = {}
    for operation in (each for each in OPERATIONS if each.method == "PATCH"):
        async with undone(connections):
            cast = Cast(house, a_holder(operation), own=True)
            scene = await scene_of(operation, cast)
            answer = await cast.me().patch(scene.path, json=scene.body)
            if answer.status_code != 428:
                unasked[title(operation)] = answer.text
    assert unasked == {}
    assert any(each.method == "PATCH" for each in OPERATIONS)


async def test_a24_who_keeps_the_house_reads_no_substance(house: House) -> None:
    draft = QUESTION | {"addressee": "06.jugendamt", "visibility": "internal"}
    made = await house.as_(SPK).post("/requests", json=draft)
    address = f"/requests/{made.json()['id']}"

    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        keeper = house.as_(Hat(role, "06.spk2"))
        assert (await keeper.get(address)).status_code == 404
        assert (await keeper.get("/requests")).status_code == 403
    assert (await house.as_(JUGENDAMT).get(address)).status_code == 200


async def test_a25_an_administrator_gives_nobody_a_role(house: House) -> None:
    """Hats come from the identity provider alone; no act makes, and no body names one."""
    keeper = Hat(Role.ADMINISTRATOR, "06.bezirksamt")
    answer = await house.as_(keeper, **{"x-acting-as": "lead@06.bezirksamt"}).get("/requests")

    assert answer.status_code == 400
    bodies = {name for operation in TAKING for name in properties(operation)}
    assert not bodies & {"roles", "hats", "hat", "grants", "regions"}
