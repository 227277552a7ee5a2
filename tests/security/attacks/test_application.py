"""What went wrong in others' applications: attacks C1 to C14, and a watch on what is to come."""

import json
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.contracts import documents
from shared.authority import PAGE, Hat, Role
from shared.rows import uuid7
from tests.house import COORDINATION as SPK
from tests.house import JUGENDAMT, House
from tests.participation.concern import LEAD, OFFICE, WORDS, a_routing, an_item, speaker

OPERATIONS = [
    (document, path, method, operation)
    for document in documents().values()
    for path, operations in document["paths"].items()
    for method, operation in operations.items()
]
FIELDS = {
    (name, field, json.dumps(schema))
    for document in documents().values()
    for name, model in document["components"]["schemas"].items()
    for field, schema in model.get("properties", {}).items()
}


def media(direction: str) -> set[str]:
    """Every media type that some operation takes, or answers with."""
    found: set[str] = set()
    for _, _, _, operation in OPERATIONS:
        if direction == "takes":
            found |= operation.get("requestBody", {}).get("content", {}).keys()
        else:
            found |= {m for r in operation["responses"].values() for m in r.get("content", {})}
    return found


async def test_c1_a_contribution_link_opens_its_own_items_alone(house: House) -> None:
    mine, theirs = [await speaker(house).post("/items", json=SAID) for _ in range(2)]
    link = {"x-contribution-link": mine.headers["x-contribution-link"]}

    other = await speaker(house, **link).post(f"/items/{theirs.json()['id']}/withdrawal")
    own = await speaker(house, **link).post(f"/items/{mine.json()['id']}/withdrawal")

    assert (other.status_code, own.status_code) == (403, 201)
    # The link is never shown again: not in the item, nor in its author's name.
    shown = await speaker(house).get(f"/items/{mine.json()['id']}")
    assert link["x-contribution-link"] not in shown.text
    assert link["x-contribution-link"] not in str(shown.headers)


SAID = {"title": "Bank fehlt", "text": "Am Platz fehlt eine Bank.", "areas": ["062004"]}


async def test_c2_a_reply_is_reached_through_its_own_request_alone(house: House) -> None:
    first, second = [await house.a_request("06.spk", "06.jugendamt") for _ in range(2)]
    reply = await house.a_reply(first, "06.jugendamt")
    office = house.as_(JUGENDAMT)

    astray = await office.post(f"/requests/{second}/replies/{reply}/publication")
    right = await office.post(f"/requests/{first}/replies/{reply}/publication")

    assert (astray.status_code, right.status_code) == (404, 201)


async def test_c2_a_seat_is_reached_through_its_own_committee_alone(house: House) -> None:
    spk, seats = house.as_(SPK), {}
    for code in ("ag_eins", "ag_zwei"):
        draft = {"code": code, "name": code, "kind": "working_group", "body": "06"}
        assert (await spk.post("/committees", json=draft)).status_code == 201
        seat = await spk.post(f"/committees/{code}/seats", json={"addressee": "06.jugendamt"})
        seats[code] = seat.json()["id"]
    office, taken = house.as_(JUGENDAMT), {"post": "Jugendhilfeplanung"}

    astray = f"/committees/ag_eins/seats/{seats['ag_zwei']}/memberships"
    assert (await office.post(astray, json=taken)).status_code == 404
    assert (await office.get(astray)).status_code == 404
    right = f"/committees/ag_zwei/seats/{seats['ag_zwei']}/memberships"
    member = await office.post(right, json=taken)
    assert member.status_code == 201
    other = f"/committees/ag_eins/memberships/{member.json()['id']}/end"
    assert (await office.post(other, json={})).status_code == 404


async def test_c3_an_id_or_a_hat_of_another_district_opens_nothing(house: House) -> None:
    """For every operation: tests/security/test_districts.py."""
    request = await house.a_request("06.spk", "06.jugendamt", visibility="internal")
    for role in (Role.LEAD, Role.EXECUTIVE, Role.DISTRICT_COORDINATION):
        stranger = house.as_(Hat(role, "05.jugendamt"))
        assert (await stranger.get(f"/requests/{request}")).status_code == 404


INJECTED = [
    "'; DROP TABLE request; --",
    "') OR 1=1 --",
    "x' UNION SELECT unit FROM journal --",
    "%' OR '%'='",
    "$1",
    "{06.spk}",
    "\\",
    "id); SELECT pg_sleep(10); --",
]


@pytest.mark.parametrize("value", INJECTED, ids=lambda value: f"C4 {value[:12]}")
async def test_no_parameter_is_read_as_sql(
    house: House, connections: dict[str, AsyncConnection], value: str
) -> None:
    shown = []
    hat = house.as_(SPK, at="")
    for _, path, method, operation in OPERATIONS:
        if method != "get" or "{" in path:
            continue
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                answer = await hat.get(path, params={parameter["name"]: value})
                assert answer.status_code < 500, (path, parameter["name"])
                found = answer.json() if answer.status_code == 200 else {}
                if isinstance(found, dict) and found.get("items"):
                    shown.append((path, parameter["name"]))
    # Whatever is searched so is searched as words; and every table is still there.
    assert [each for each in shown if "categories" not in each[0]] == []
    assert await connections["registry"].scalar(text("SELECT count(*) FROM request")) == 0


async def test_c5_markup_in_a_title_stays_text(house: House) -> None:
    script = "<script>alert(1)</script>"
    made = await speaker(house).post("/items", json=SAID | {"title": script})
    answer = await speaker(house, accept="text/html").get(f"/items/{made.json()['id']}")

    assert answer.json()["title"] == script
    assert answer.headers["content-type"] == "application/json"
    # Pages of ours: nothing from elsewhere, no script in the page, and what is shown is escaped.
    page = await house.as_(at="", accept="text/html").get(
        "/authority/check", params={"hat": f"lead@{script}", "act": "item.read"}
    )
    policy = page.headers["content-security-policy"]
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in policy
    assert "script" not in policy
    assert script not in page.text


# Shown to people and never asked by us; a new address has to be thought about, then listed here.
ADDRESSES = {"website"}


def test_c6_nobody_can_have_us_ask_an_address_of_theirs() -> None:
    fields = {
        field
        for _, field, schema in FIELDS
        if '"format": "uri"' in schema or any(word in field for word in ("url", "uri", "webhook"))
    }
    assert fields <= ADDRESSES


async def test_c7_to_one_proposal_there_is_one_reply_however_often_it_is_sent(
    house: House,
) -> None:
    """Nothing is supported or voted on yet; replies are what is counted once."""
    item = await an_item(house, areas=["062004"], point=None)
    routing = await a_routing(house, item)
    replies = [
        await speaker(house, OFFICE).post(
            f"/routings/{routing['id']}/replies", json={"outcome": "accepted"}
        )
        for _ in range(2)
    ]
    assert [reply.status_code for reply in replies] == [201, 409]


def test_c8_an_id_cannot_be_counted_up() -> None:
    ids = sorted(uuid7() for _ in range(1000))
    gaps = {later.int - earlier.int for earlier, later in pairwise(ids)}
    assert min(gaps) > 2**40
    counted = [
        (path, parameter["name"])
        for _, path, _, operation in OPERATIONS
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path" and parameter["schema"].get("type") in {"integer", "number"}
    ]
    assert counted == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        ("text/csv", b"=cmd|' /C calc'!A0"),
        ("application/zip", b"PK\x03\x04"),
        ("multipart/form-data; boundary=x", b"--x\r\ncontent-disposition: form-data\r\n\r\n--x--"),
        ("application/x-www-form-urlencoded", b"title=x&text=y"),
        ("application/json; charset=utf-7", b"+AHsAfQ-"),
        ("image/svg+xml", b"<svg onload='alert(1)'/>"),
    ],
    ids=lambda value: f"C11 {value}" if isinstance(value, str) else "",
)
async def test_a_body_that_is_no_json_is_refused(
    house: House, content_type: str, body: bytes
) -> None:
    answer = await speaker(house, **{"content-type": content_type}).post("/items", content=body)

    assert answer.status_code in {400, 415, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert "root:" not in answer.text


# What is not offered cannot be attacked; once it is, the attack needs a test of its own.
WATCHED: dict[str, tuple[set[str], set[str]]] = {
    "C1-export-links": ({p for _, p, _, _ in OPERATIONS if "export" in p or "share" in p}, set()),
    "C6-webhooks": ({p for _, p, _, _ in OPERATIONS if "hook" in p}, set()),
    "C7-ballots": ({a for a in PAGE if any(w in a for w in ("vote", "support", "ballot"))}, set()),
    "C9-series-of-meetings": ({p for _, p, _, _ in OPERATIONS if "meeting" in p}, set()),
    "C10-tables": (
        media("answers"),
        {"application/json", "application/problem+json", "application/geo+json", "text/html"},
    ),
    "C11-uploads": (media("takes"), {"application/json"}),
    "C12-svg": ({m for m in media("answers") if "svg" in m}, set()),
    "C14-cql2": (
        {
            parameter["name"]
            for _, _, _, operation in OPERATIONS
            for parameter in operation.get("parameters", [])
            if "filter" in parameter["name"] or "sort" in parameter["name"]
        },
        set(),
    ),
}


@pytest.mark.parametrize(("offered", "known"), WATCHED.values(), ids=list(WATCHED))
def test_what_could_be_attacked_so_is_not_offered_yet(offered: set[str], known: set[str]) -> None:
    assert offered - known == set()


async def test_c13_what_is_not_published_shows_nowhere(house: House) -> None:
    item = await an_item(house, areas=["062004"], point=None)
    routing = await a_routing(house, item)
    accepted = f"/routings/{routing['id']}/replies"
    await speaker(house, OFFICE).post(accepted, json={"outcome": "accepted"})
    before = await seen(house, item["id"])

    made = await speaker(house, OFFICE).post(f"/items/{item['id']}/answers", json=WORDS)
    assert made.status_code == 201
    address = f"/answers/{made.json()['id']}"
    newer = {"text": "Noch nicht für alle bestimmt."}
    tag = {"if-match": made.headers["etag"]}
    assert (await speaker(house, OFFICE).patch(address, json=newer, headers=tag)).is_success

    assert await seen(house, item["id"]) == before
    assert (await speaker(house).get(address)).status_code == 404
    lead = await speaker(house, LEAD).get(address)
    assert lead.status_code == 200
    assert UUID(made.json()["id"])


async def seen(house: House, item: str) -> list[Any]:
    """All that the public sees of an item: statuses, ETags, bodies; but for the hour."""
    return [
        (answer.status_code, answer.headers.get("etag"), answer.text)
        for path in (
            f"/items/{item}",
            f"/items/{item}/answers",
            f"/items/{item}/status",
            f"/items/{item}/thread",
            "/items?count=exact",
            f"/items?q={uuid4().hex}&count=exact",
            "/items?unanswered=true&count=exact",
        )
        for answer in [await speaker(house).get(path)]
    ]
