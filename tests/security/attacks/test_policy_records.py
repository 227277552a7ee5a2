"""What is not for somebody is not even there for them, and is done once: attacks A26 to A30."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.authority import Hat, Role
from tests.house import COORDINATION as SPK
from tests.house import JUGENDAMT, QUESTION, House
from tests.journeys.started import Started
from tests.security.test_districts import LISTS, SECRET, District

COORDINATION = "district_coordination@06.spk"
OFFICE = "lead@06.jugendamt"
DRAFT = QUESTION | {"addressee": "06.jugendamt"}
OUTSIDE = [
    Hat(),
    Hat(Role.CITIZEN, "person"),
    Hat(Role.PARTNER, "06.traeger"),
    Hat(Role.ADMINISTRATOR, "06.bezirksamt"),
    Hat(Role.SERVICE, "06.datahub"),
    Hat(Role.SENATE_SYSTEM, "be.prisma"),
]


def client(house: House, hat: Hat) -> httpx.AsyncClient:
    return house.as_(at="") if hat.role is Role.PUBLIC else house.as_(hat, at="")


async def test_a26_no_list_search_or_count_tells_of_what_is_internal(house: House) -> None:
    district = District(house, "06")
    await district.is_busy()
    lists = [each for each in LISTS if "{" not in each]
    searched = {"q": SECRET, "count": "exact"}
    for hat in OUTSIDE:
        reader = client(house, hat)
        for address in lists:
            assert SECRET not in (await reader.get(address)).text, address
        for name in ("participation/v1/items", "registry/v1/actors", "registry/v1/committees"):
            found = (await reader.get(f"/{name}", params=searched)).json()
            assert (found["items"], found["total"], found["next"]) == ([], 0, None)
        for address in district.addresses:
            assert (await reader.get(address)).status_code == 404


async def test_a27_what_is_hidden_answers_as_what_is_not_there(house: House) -> None:
    made = await house.as_(SPK).post("/requests", json=DRAFT | {"visibility": "unit"})
    stranger = house.as_(Hat(Role.LEAD, "06.sozialamt"))
    for way, path, body in (
        ("GET", "", None),
        ("POST", "/reminders", None),
        ("POST", "/withdrawal", None),
        ("POST", "/replies", {"outcome": "accepted"}),
        ("POST", f"/replies/{uuid4()}/publication", None),
    ):
        hidden, missing = [
            await stranger.request(way, f"/requests/{each}{path}", json=body)
            for each in (made.json()["id"], uuid4())
        ]
        assert hidden.status_code == 404
        assert hidden.content == missing.content
        own = {"x-request-id": "", "ratelimit": ""}
        apart = [dict(each.headers) | own for each in (hidden, missing)]
        assert apart[0] == apart[1]
    assert (await house.as_(JUGENDAMT).get(f"/requests/{made.json()['id']}")).status_code == 200


def asked(platform: Started, hat: str, key: str, **more: str) -> httpx.Response:
    """A request made with a client, and a connection, of its own."""
    with httpx.Client(
        base_url=platform.address, headers=platform.as_(hat).headers, timeout=30, trust_env=False
    ) as caller:
        return caller.post(
            "/registry/v1/requests", json=DRAFT | more, headers={"idempotency-key": key}
        )


def test_a29_twins_at_the_same_time_do_it_once(platform: Started) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: asked(platform, COORDINATION, key), range(8)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    replayed = Counter(answer.headers.get("idempotent-replayed") for answer in answers)
    assert replayed == {None: 1, "true": 7}


def test_a29_a_key_is_nothing_to_another_subject_and_stands_for_one_body(
    platform: Started,
) -> None:
    key = str(uuid4())
    mine = asked(platform, COORDINATION, key)
    other = asked(platform, "district_coordination@06.bezirkskoordination", key)
    changed = asked(platform, COORDINATION, key, question="Etwas anderes?")

    assert (mine.status_code, other.status_code) == (201, 201)
    assert mine.json()["id"] != other.json()["id"]
    assert "idempotent-replayed" not in other.headers
    assert (changed.status_code, changed.json()["type"]) == (422, "/problems/key-reused")


@pytest.fixture
def committee(platform: Started) -> tuple[httpx.Client, str, str]:
    """Its convener, its address and its present ETag."""
    spk = platform.as_(COORDINATION)
    draft: dict[str, Any] = {
        "code": f"ag_{uuid4().hex}",
        "name": "AG Stand",
        "kind": "working_group",
        "body": "06",
        "areas": ["06200419"],
    }
    made = spk.post("/registry/v1/committees", json=draft)
    assert made.status_code == 201, made.text
    address = f"/registry/v1/committees/{draft['code']}"
    return spk, address, spk.get(address).headers["etag"]


@pytest.mark.parametrize(
    ("match", "status"),
    [
        ("", 428),
        ("*", 428),
        ("*, {tag}x", 412),
        ("W/{tag}", 412),
        ("{tag}x", 412),
        ("{bare}", 412),
        ('"stale"', 412),
        ('"stale", "staler"', 412),
    ],
    ids=lambda value: f"A30 {value}",
)
def test_a_change_is_made_to_the_state_that_was_read(
    committee: tuple[httpx.Client, str, str], match: str, status: int
) -> None:
    spk, address, tag = committee
    headers = {"if-match": match.format(tag=tag, bare=tag.strip('"'))} if match else {}

    answer = spk.patch(address, json={"mandate": "Anders."}, headers=headers)

    assert answer.status_code == status, answer.text
    assert spk.get(address).headers["etag"] == tag


def test_a30_a_state_is_changed_once(committee: tuple[httpx.Client, str, str]) -> None:
    spk, address, tag = committee
    first, second = [
        spk.patch(address, json={"mandate": words}, headers={"if-match": tag})
        for words in ("Eins.", "Zwei.")
    ]
    assert (first.status_code, second.status_code) == (200, 412)
    assert spk.get(address).json()["mandate"] == "Eins."
