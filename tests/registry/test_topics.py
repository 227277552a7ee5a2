"""The topic tree: found under the words people use, kept by the steward, proposed to by equals."""

from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.errors import CheckViolation, ForeignKeyViolation, UniqueViolation

from services.registry.topics.model import Topic
from services.registry.topics.rules import BelowItself, ancestry, fits
from shared.authority import Hat, Role
from tests.conftest import login
from tests.house import COORDINATION, JUGENDAMT, House
from tests.registry.ledger import KEEPER, a_topic

CODES = st.sampled_from("abcdef")
WORD = {"reason": "So sagen es die Leute."}


@given(st.lists(st.tuples(CODES, CODES)))
def test_no_sequence_of_moves_makes_a_circle(moves: list[tuple[str, str]]) -> None:
    tree = {code: Topic(unit="u", code=code, name=code, name_en=code) for code in "abcdef"}

    for code, parent in moves:
        former = tree[code].parent
        below = parent == code or code in ancestry(parent, tree)
        tree[code].parent = parent
        try:
            fits(tree[code], tree)
        except BelowItself:
            tree[code].parent = former
            assert below
        else:
            assert not below

    for code in tree:
        assert tree[ancestry(code, tree)[-1]].parent is None


async def found(house: House, words: str) -> list[str]:
    answer = await house.as_().get("/topics", params={"q": words})
    return [topic["code"] for topic in answer.raise_for_status().json()["items"]]


@pytest.mark.parametrize(
    "words",
    [
        "Schlagloch",
        "schlagloch",
        "Schlaglock",
        "schla",
        "ein großes Schlagloch vor dem Haus",
        "Strassen",
        "STRAẞEN",
        "roads",
    ],
)
async def test_a_topic_is_found_under_the_words_that_people_use(house: House, words: str) -> None:
    await a_topic(house, "roads", aliases=["Schlagloch", "Fahrbahn"])
    await a_topic(house, "noise", name="Lärm", name_en="Noise", aliases=["Ruhestörung"])
    assert (await found(house, words))[:1] == ["roads"]


@pytest.mark.parametrize("words", ["Lärm", "laerm", "LARM", "ruhestoerung", "Ruhestorung"])
async def test_umlauts_may_be_written_any_way(house: House, words: str) -> None:
    await a_topic(house, "roads")
    await a_topic(house, "noise", name="Lärm", name_en="Noise", aliases=["Ruhestörung"])
    assert await found(house, words) == ["noise"]


async def test_the_word_itself_comes_before_words_that_contain_it(house: House) -> None:
    await a_topic(house, "playgrounds", name="Spielplätze", name_en="x", aliases=["Spielplatz"])
    await a_topic(house, "squares", name="Plätze", name_en="y", aliases=["Platz"])
    await a_topic(house, "sport", name="Sportplätze", name_en="z", aliases=["Bolzplatz"])
    assert (await found(house, "Platz"))[0] == "squares"
    assert (await found(house, "Kinderspielplatz"))[0] == "playgrounds"


async def test_what_is_like_no_word_finds_nothing(house: House) -> None:
    await a_topic(house, "roads", aliases=["Schlagloch"])
    assert await found(house, "Xylophonunterricht") == []


async def test_a_search_is_one_page_counted_on_request(house: House) -> None:
    for code in ("roads", "paths"):
        await a_topic(house, code, aliases=["Schlagloch"])
    public = house.as_()

    page = (await public.get("/topics?q=Schlagloch&limit=1&count=exact")).json()

    assert (len(page["items"]), page["total"], page["next"]) == (1, 2, None)
    since = {"q": "Schlagloch", "modified_since": "2999-01-01T00:00:00Z"}
    assert (await public.get("/topics", params=since)).json()["items"] == []
    listed = (await public.get("/topics?limit=1")).json()
    refused = await public.get("/topics", params={"q": "Schlagloch", "cursor": listed["next"]})
    assert refused.status_code == 400


async def test_the_list_goes_on_page_by_page_and_below_one_topic(house: House) -> None:
    await a_topic(house, "mobility")
    for code in ("roads", "cycling"):
        await a_topic(house, code, parent="mobility")
    await a_topic(house, "noise")
    public, asked = house.as_(), {"parent": "mobility", "limit": "1"}

    first = (await public.get("/topics", params=asked)).json()
    second = (await public.get("/topics", params=asked | {"cursor": first["next"]})).json()

    assert [t["code"] for t in first["items"] + second["items"]] == ["cycling", "roads"]
    assert second["next"] is None


async def test_the_tree_shows_what_is_in_use_by_name(house: House) -> None:
    await a_topic(house, "mobility", name="Mobilität", name_en="Mobility")
    await a_topic(house, "roads", parent="mobility")
    await a_topic(house, "cycling", parent="mobility", name="Radverkehr")
    gone = await a_topic(house, "trams", parent="mobility", name="Straßenbahn")
    await revised(house, gone, retired_on="2026-01-01")

    (root,) = (await house.as_().get("/topics/tree")).json()["roots"]

    assert (root["code"], root["unit"]) == ("mobility", "06.bezirksamt")
    assert [child["code"] for child in root["children"]] == ["cycling", "roads"]


async def revised(house: House, topic: dict[str, str], **changes: object) -> int:
    answer = await house.as_(KEEPER, **{"if-match": topic["etag"]}).patch(
        f"/topics/{topic['code']}", json=changes
    )
    return answer.status_code


async def test_a_retired_topic_stays_readable_and_is_not_offered(house: House) -> None:
    topic = await a_topic(house, "trams", aliases=["Tram"])
    assert await revised(house, topic, retired_on="2026-01-01") == 200

    public = house.as_()

    assert (await public.get("/topics/trams")).json()["retired_on"] == "2026-01-01"
    assert await found(house, "Tram") == []
    assert (await public.get("/topics")).json()["items"] == []
    assert len((await public.get("/topics?retired=true")).json()["items"]) == 1


async def test_what_is_not_sent_stays(house: House) -> None:
    topic = await a_topic(house, "roads", aliases=["Schlagloch"])

    assert await revised(house, topic, name="Straßen und Wege") == 200

    shown = (await house.as_().get("/topics/roads")).json()
    assert shown["name"] == "Straßen und Wege"
    assert (shown["name_en"], shown["aliases"]) == ("Roads", ["Schlagloch"])


async def test_who_has_not_read_the_present_state_changes_nothing(house: House) -> None:
    topic = await a_topic(house, "roads")
    steward = house.as_(KEEPER)

    assert (await steward.patch("/topics/roads", json={"name": "Wege"})).status_code == 428
    assert await revised(house, topic, name="Wege") == 200
    assert await revised(house, topic, name="Pfade") == 412


async def test_a_name_is_not_taken_away(house: House) -> None:
    topic = await a_topic(house, "roads")
    assert [await revised(house, topic, name=name) for name in (None, "")] == [422, 422]


async def test_a_topic_does_not_hang_below_its_own_subtopic(house: House) -> None:
    topic = await a_topic(house, "mobility")
    await a_topic(house, "roads", parent="mobility")
    await a_topic(house, "paths", parent="roads")
    assert await revised(house, topic, parent="paths") == 409
    assert await revised(house, topic, parent="mobility") == 409
    assert await revised(house, topic, parent=None) == 200


async def test_what_is_in_use_hangs_below_what_is_in_use(house: House) -> None:
    above = await a_topic(house, "mobility")
    below = await a_topic(house, "roads", parent="mobility")
    assert await revised(house, above, retired_on="2026-01-01") == 409
    assert await revised(house, below, retired_on="2026-01-01") == 200
    assert await revised(house, above, retired_on="2026-01-01") == 200

    draft = {"code": "paths", "parent": "mobility", "name": "Wege", "name_en": "Paths"}
    answer = await house.as_(KEEPER).post("/topics", json=draft)

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/below-retired"


@pytest.mark.parametrize(
    ("more", "status", "problem"),
    [
        ({"code": "roads"}, 409, "topic-code-taken"),
        ({"parent": "nowhere"}, 422, "unknown-topic"),
        ({"code": "tree"}, 422, "malformed"),
        ({"code": "proposals"}, 422, "malformed"),
        ({"code": "../x"}, 422, "malformed"),
    ],
)
async def test_a_topic_that_has_no_place_is_refused(
    house: House, more: dict[str, str], status: int, problem: str
) -> None:
    await a_topic(house, "roads")
    draft = {"code": "paths", "name": "Wege", "name_en": "Paths"} | more

    answer = await house.as_(KEEPER).post("/topics", json=draft)

    assert answer.status_code == status
    assert answer.json()["type"] == f"/problems/{problem}"


async def test_a_steward_of_another_unit_revises_nothing_here(house: House) -> None:
    topic = await a_topic(house, "roads")
    other = house.as_(Hat(Role.STEWARD, "07.bezirksamt"), **{"if-match": topic["etag"]})

    answer = await other.patch("/topics/roads", json={"name": "Wege"})

    assert answer.status_code == 403
    assert answer.json()["unit"] == "06.bezirksamt"


async def test_an_equal_proposes_a_word_and_the_tree_stays_as_it_is(house: House) -> None:
    await a_topic(house, "roads")
    draft = WORD | {"topic": "roads", "words": ["Straßenloch"]}

    answer = await house.as_(JUGENDAMT).post("/topics/proposals", json=draft)

    assert (answer.status_code, answer.json()["unit"]) == (201, "06.jugendamt")
    assert (await house.as_().get("/topics/roads")).json()["aliases"] == []
    listed = await house.as_().get("/topics/proposals?topic=roads&unit=06.jugendamt")
    assert [each["words"] for each in listed.json()["items"]] == [["Straßenloch"]]
    for other in ("unit=06.spk", "topic=noise"):
        listed = await house.as_().get(f"/topics/proposals?{other}")
        assert listed.json()["items"] == []


async def test_a_proposed_topic_is_none(house: House) -> None:
    await a_topic(house, "roads")
    draft = WORD | {"name": "Lastenräder", "parent": "roads", "words": ["Cargobike"]}

    answer = await house.as_(COORDINATION).post("/topics/proposals", json=draft)

    assert answer.status_code == 201
    assert await found(house, "Lastenräder") == []


@pytest.mark.parametrize(
    "draft",
    [
        {},
        {"topic": "roads", "name": "Wege"},
        {"topic": "roads"},
        {"topic": "roads", "words": ["Loch"], "parent": "roads"},
        {"topic": "nowhere", "words": ["Loch"]},
        {"name": "Wege", "parent": "nowhere"},
    ],
)
async def test_a_proposal_says_one_thing_about_the_tree_there_is(
    house: House, draft: dict[str, object]
) -> None:
    await a_topic(house, "roads")
    answer = await house.as_(COORDINATION).post("/topics/proposals", json=WORD | draft)
    assert answer.status_code == 422


ENTERED = """INSERT INTO topic (id, unit, visibility, shared_with, created_at, modified_at, code,
    parent, name, name_en, aliases) VALUES (%s, '06.bezirksamt', %s, '{}', now(), now(), %s, %s,
    'n', 'n', '{}')"""


@pytest.mark.parametrize(
    ("visibility", "code", "parent", "broken"),
    [
        ("public", "roads", None, UniqueViolation),
        ("public", "paths", "nowhere", ForeignKeyViolation),
        ("public", "paths", "paths", CheckViolation),
        ("internal", "paths", None, CheckViolation),
    ],
)
def test_the_database_keeps_the_tree_whole(
    own_database: Callable[[str], str],
    visibility: str,
    code: str,
    parent: str | None,
    broken: type[psycopg.Error],
) -> None:
    with login(own_database("registry"), "registry_service") as sql:
        sql.execute("SELECT set_config('kiez.unit', '06.bezirksamt', true)")
        sql.execute(ENTERED, [uuid4(), "public", "roads", None])
        with pytest.raises(broken):
            sql.execute(ENTERED, [uuid4(), visibility, code, parent])
        sql.rollback()
