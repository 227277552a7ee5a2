"""Actors: partners speak for themselves, the coordination lists and suggests."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.errors import CheckViolation, ForeignKeyViolation, InsufficientPrivilege
from psycopg.types.json import Jsonb
from sqlalchemy import text

from services.registry.actors.model import Category
from services.registry.actors.rules import CATEGORIES, covered_by
from shared.authority import Hat, Role
from shared.database import Sessions
from tests.conftest import admin, login
from tests.house import COORDINATION, JUGENDAMT, House

PARTNER = Hat(Role.PARTNER, "06.traeger")
NEIGHBOURHOOD = Hat(Role.NEIGHBOURHOOD_COORDINATION, "06.spk", ("062004",))
CENTRE = {
    "name": "Stadtteilzentrum Süd",
    "aliases": ["Kieztreff Grüner Weg"],
    "category": "neighbourhood_centres",
    "areas": ["062004"],
}
SUGGESTED = {"changes": {"website": "https://neu.example"}, "reason": "Die Seite ist umgezogen."}

PRESENTED = """INSERT INTO actor
    (id, unit, visibility, shared_with, created_at, modified_at,
     name, aliases, category, areas, source, known_as)
    VALUES (%s, %s, 'public', '{}', now(), now(), 'Treff', '{}', 'providers', '{}', '', 'treff')"""
ADVISED = """INSERT INTO suggestion
    (id, unit, visibility, shared_with, created_at, modified_at,
     actor_id, addressee, changes, reason)
    VALUES (%s, %s, 'internal', '{}', now(), now(), %s, %s, %s, 'weil')"""


async def presented(house: House, **more: Any) -> dict[str, Any]:
    """The partner's own entry, and its tag."""
    answer = await house.as_(PARTNER).post("/actors", json=CENTRE | more)
    shown: dict[str, Any] = answer.raise_for_status().json()
    return shown | {"tag": answer.headers["etag"]}


async def names_found(house: House, query: str) -> list[str]:
    answer = await house.as_().get(f"/actors?{query}")
    return [actor["name"] for actor in answer.raise_for_status().json()["items"]]


@given(st.sampled_from(Category), st.sampled_from(Category))
def test_a_category_covers_itself_and_whatever_belongs_to_what_it_covers(
    broad: Category, narrow: Category
) -> None:
    within = CATEGORIES[narrow].within

    assert (narrow in covered_by(broad)) == (
        narrow is broad or (within is not None and within in covered_by(broad))
    )


async def test_a_partner_presents_itself(house: House) -> None:
    actor = await presented(house, lon=13.3, lat=52.4, mail="post@sued.example")

    shown = await house.as_().get(f"/actors/{actor['id']}")

    assert shown.json()["unit"] == shown.json()["represents"] == "06.traeger"
    assert shown.json()["speaks_for_itself"] is True
    assert shown.headers["etag"] == actor["tag"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"lon": 52.4, "lat": 13.3},
        {"lon": 13.3},
        {"lon": 9.99, "lat": 53.55},
        {"website": "javascript:alert(1)"},
        {"mail": "nobody"},
        {"category": "friends"},
        {"areas": ["6"]},
        {"phone": "030"},
        {"represents": "06.jugendamt"},
    ],
)
async def test_an_entry_that_makes_no_sense_is_refused(house: House, wrong: dict[str, Any]) -> None:
    answer = await house.as_(PARTNER).post("/actors", json=CENTRE | wrong)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] in ("", "/areas/0", *(f"/{key}" for key in wrong))


async def test_where_an_actor_is_reached_stays_out_of_the_journal(
    house: House, sessions: dict[str, Sessions]
) -> None:
    await presented(house, mail="post@sued.example", address="Weg 1")

    async with sessions["registry"]() as session:
        said = await session.scalar(text("SELECT said FROM journal WHERE act = 'actor.present'"))

    assert said["name"] == "Stadtteilzentrum Süd"
    assert not {"mail", "address"} & said.keys()


async def test_a_partner_revises_its_own_entry(house: House) -> None:
    actor = await presented(house, address="Weg 1")
    partner = house.as_(PARTNER, **{"if-match": actor["tag"]})

    answer = await partner.patch(f"/actors/{actor['id']}", json={"name": "Haus", "address": None})

    assert (answer.status_code, answer.json()["address"]) == (200, None)
    assert answer.json()["areas"] == ["062004"]
    assert await names_found(house, "q=Haus") == ["Haus"]
    assert await names_found(house, "q=Stadtteilzentrum") == []
    shown = await house.as_().get(f"/actors/{actor['id']}")
    assert shown.headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize(("tag", "status"), [(None, 428), ("*", 428), ('"other"', 412)])
async def test_a_change_says_what_it_changes(house: House, tag: str | None, status: int) -> None:
    actor = await presented(house)
    partner = house.as_(PARTNER, **({"if-match": tag} if tag else {}))

    answer = await partner.patch(f"/actors/{actor['id']}", json={"name": "Haus"})

    assert answer.status_code == status
    assert await names_found(house, "") == ["Stadtteilzentrum Süd"]


@pytest.mark.parametrize("wrong", [{}, {"name": None}, {"lat": 52.4}, {"lon": None, "lat": 52.4}])
async def test_a_change_leaves_an_entry_whole(house: House, wrong: dict[str, Any]) -> None:
    actor = await presented(house)
    partner = house.as_(PARTNER, **{"if-match": actor["tag"]})

    assert (await partner.patch(f"/actors/{actor['id']}", json=wrong)).status_code == 422


async def test_the_coordination_does_not_change_a_partners_entry(house: House) -> None:
    actor = await presented(house)
    spk = house.as_(COORDINATION, **{"if-match": actor["tag"]})

    direct = await spk.patch(f"/actors/{actor['id']}", json={"name": "Haus"})
    as_listing = await spk.patch(f"/actors/listings/{actor['id']}", json={"name": "Haus"})

    assert (direct.status_code, direct.json()["alternative"]) == (403, "actor.propose_change")
    assert (as_listing.status_code, as_listing.json()["unit"]) == (403, "06.traeger")
    assert await names_found(house, "") == ["Stadtteilzentrum Süd"]


async def test_a_suggestion_reaches_the_partner_and_changes_nothing(house: House) -> None:
    actor = await presented(house)
    path = f"/actors/{actor['id']}/suggestions"

    made = await house.as_(COORDINATION).post(path, json=SUGGESTED)

    assert (made.status_code, made.json()["addressee"]) == (201, "06.traeger")
    assert (await house.as_().get(f"/actors/{actor['id']}")).headers["etag"] == actor["tag"]
    seen = [
        len((await house.as_(*hats).get(path)).json()["items"])
        for hats in ([PARTNER], [JUGENDAMT], [Hat(Role.PARTNER, "06.anderer")], [])
    ]
    assert seen == [1, 1, 0, 0]


async def test_nobody_suggests_to_itself(house: House) -> None:
    listed = await house.as_(COORDINATION).post("/actors/listings", json=CENTRE)

    answer = await house.as_(COORDINATION).post(
        f"/actors/{listed.json()['id']}/suggestions", json=SUGGESTED
    )

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/oneself-suggested"


async def test_the_coordination_lists_and_revises_whom_it_knows(house: House) -> None:
    spk = house.as_(COORDINATION)
    draft = CENTRE | {"represents": "06.traeger", "visibility": "internal"}
    listed = await spk.post("/actors/listings", json=draft)
    address = f"/actors/listings/{listed.json()['id']}"

    spk.headers["if-match"] = listed.headers["etag"]
    answer = await spk.patch(address, json={"closed_on": "2030-01-31"})

    assert (answer.status_code, answer.json()["closed_on"]) == (200, "2030-01-31")
    assert answer.json()["speaks_for_itself"] is False
    seen = await house.as_(PARTNER).get(f"/actors/{listed.json()['id']}")
    assert seen.status_code == 200, "whom an entry represents may read it"


async def test_a_neighbourhood_coordination_lists_only_in_its_regions(house: House) -> None:
    there = house.as_(NEIGHBOURHOOD)

    inside = await there.post("/actors/listings", json=CENTRE | {"areas": ["06200419"]})
    outside = await there.post("/actors/listings", json=CENTRE | {"areas": ["06200419", "06"]})
    nowhere = await there.post("/actors/listings", json=CENTRE | {"areas": []})
    there.headers["if-match"] = inside.headers["etag"]
    moved = [
        await there.patch(f"/actors/listings/{inside.json()['id']}", json={"areas": areas})
        for areas in (["061001"], [])
    ]

    answers = [inside, outside, nowhere, *moved]
    assert [answer.status_code for answer in answers] == [201, 403, 403, 403, 403]


@pytest.mark.parametrize(
    "query",
    [
        "q=stadtteilzentrum sued",
        "q=STADTTEILZENTRUM",
        "q=Kieztreff Gruner Weg",
        "q=Stadteilzentrum",
        "category=neighbourhood_centres",
        "category=local_actors",
        "area=062004",
        "area=06200419",
        "area=06",
        "area=06&category=local_actors&q=Kieztreff",
        "represents=06.traeger",
    ],
)
async def test_an_actor_is_found(house: House, query: str) -> None:
    await presented(house)
    assert await names_found(house, query) == ["Stadtteilzentrum Süd"]


@pytest.mark.parametrize(
    "query", ["q=Jugendclub", "q=!?", "category=politics", "area=062003", "area=05", "q=%25"]
)
async def test_an_actor_is_not_found_where_it_is_not(house: House, query: str) -> None:
    await presented(house)
    assert await names_found(house, query) == []


@pytest.mark.parametrize("query", ["", "q=Treff", "area=06"])
async def test_actors_come_page_by_page(house: House, query: str) -> None:
    for number in range(5):
        await presented(house, name=f"Treff {number}")
    first = "&".join(filter(None, ["/actors?limit=2", query]))
    seen, address = [], first

    while address:
        page = (await house.as_().get(address)).raise_for_status().json()
        seen += [actor["name"] for actor in page["items"]]
        address = page["next"] and f"{first}&cursor={page['next']}"

    assert sorted(seen) == [f"Treff {number}" for number in range(5)]


async def test_every_category_is_described(house: House) -> None:
    items = (await house.as_().get("/actors/categories")).json()["items"]
    assert {item["code"] for item in items} == set(CATEGORIES) == set(Category)


@pytest.fixture
def sql(own_database: Callable[[str], str]) -> Iterator[psycopg.Connection]:
    with login(own_database("registry"), "registry_service") as connection:
        connection.execute("SELECT set_config('kiez.unit', '06.spk', true)")
        yield connection
        connection.rollback()


@pytest.fixture
def theirs(own_database: Callable[[str], str]) -> UUID:
    """An entry of a partner."""
    actor = uuid4()
    with admin(own_database("registry")) as eyes:
        eyes.execute(PRESENTED, [actor, "06.traeger"])
    return actor


def test_in_plain_sql_nobody_presents_a_partner(sql: psycopg.Connection) -> None:
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        sql.execute(PRESENTED, [uuid4(), "06.traeger"])


def test_in_plain_sql_nobody_changes_a_partners_entry(
    sql: psycopg.Connection, theirs: UUID
) -> None:
    assert sql.execute("UPDATE actor SET name = 'anders' WHERE id = %s", [theirs]).rowcount == 0


def test_in_plain_sql_a_suggestion_goes_to_the_unit_whose_entry_it_is(
    sql: psycopg.Connection, theirs: UUID
) -> None:
    advice = [uuid4(), "06.spk", theirs, "06.traeger", Jsonb({})]
    assert sql.execute(ADVISED, advice).rowcount == 1
    with pytest.raises(ForeignKeyViolation):
        sql.execute(ADVISED, [uuid4(), "06.spk", theirs, "06.jugendamt", Jsonb({})])


def test_in_plain_sql_nobody_suggests_to_itself(sql: psycopg.Connection) -> None:
    own = uuid4()
    sql.execute(PRESENTED, [own, "06.spk"])
    with pytest.raises(CheckViolation):
        sql.execute(ADVISED, [uuid4(), "06.spk", own, "06.spk", Jsonb({})])
