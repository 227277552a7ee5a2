"""Items: what is taken, what is shown to whom, and what withdrawing leaves behind."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from shared.authority import Hat, Role
from shared.berlin import degrees, in_berlin, metres
from shared.database import Sessions
from tests.house import CITIZEN, House
from tests.participation.concern import (
    CONCERN,
    COORDINATION,
    STATION,
    a_link,
    an_item,
    read,
    speaker,
)

BERLIN = st.tuples(st.floats(13.1, 13.7), st.floats(52.37, 52.65))


@given(BERLIN)
def test_a_point_is_shown_where_it_was_set(point: tuple[float, float]) -> None:
    lon, lat = degrees(*metres(*point))

    assert abs(lon - point[0]) < 2e-7
    assert abs(lat - point[1]) < 2e-7


@given(BERLIN)
def test_a_swapped_point_never_lies_in_berlin(point: tuple[float, float]) -> None:
    assert in_berlin(*point)
    assert not in_berlin(*reversed(point))


async def test_the_public_submits_and_is_known_again_by_its_link(house: House) -> None:
    answer = await speaker(house).post("/items", json=CONCERN)
    link = answer.headers["x-contribution-link"]
    again = await an_item(house, link=link)

    assert answer.status_code == 201
    item = answer.json()
    assert item["unit"].startswith("link:")
    assert link not in item["unit"]
    assert again["unit"] == item["unit"]
    assert (item["visibility"], item["channel"]) == ("public", "web")
    assert item["point"] == STATION
    assert item["location"] == dict.fromkeys(item["location"]) | {"state": "pending"}


async def test_a_signed_in_citizen_speaks_under_a_pseudonym(house: House) -> None:
    assert (await an_item(house, CITIZEN))["unit"].startswith("person:")


@pytest.mark.parametrize(
    ("change", "pointer", "says"),
    [
        ({"point": {"lon": 52.4096, "lat": 13.3085}}, "/point", "swapped"),
        ({"point": {"lon": 11.5755, "lat": 48.1374}}, "/point", "not in Berlin"),
        ({"point": {"lon": 1e300, "lat": 52.4}}, "/point", "not in Berlin"),
        ({"point": {"lon": float("nan"), "lat": 52.4}}, "/point/lon", "finite"),
        ({"point": {"lon": float("inf"), "lat": 52.4}}, "/point/lon", "finite"),
        ({"point": {"lon": "Infinity", "lat": 52.4}}, "/point/lon", "finite"),
        ({"point": None}, "", "name a place"),
        ({"areas": ["6200419"]}, "/areas/0", "pattern"),
        ({"title": "Zwei\nZeilen"}, "/title", "One line"),
        ({"title": "x" * 301}, "/title", "300"),
        ({"text": "x" * 10_001}, "/text", "10000"),
        ({"text": "rück\u202ewärts"}, "/text", "control characters"),
        ({"unit": "06.spk"}, "/unit", "not permitted"),
        ({"channel": "phone"}, "/channel", "not permitted"),
        ({"visibility": "unit"}, "/visibility", "public"),
    ],
)
async def test_what_makes_no_sense_is_refused_where_it_stands(
    house: House, change: dict[str, Any], pointer: str, says: str
) -> None:
    client = speaker(house, **{"accept-language": "en", "content-type": "application/json"})

    answer = await client.post("/items", content=json.dumps(CONCERN | change))

    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert says in answer.json()["errors"][0]["detail"]


async def test_a_title_with_script_is_kept_and_shown_as_harmless_text(house: House) -> None:
    script = "<script>alert('x')</script>"

    item = await an_item(house, title=script)
    answer = await speaker(house).get(f"/items/{item['id']}")

    assert answer.json()["title"] == script
    assert answer.headers["content-type"] == "application/json"


async def test_an_area_or_a_description_is_place_enough(house: House) -> None:
    stated = await an_item(house, point=None, areas=["062004"])
    described = await an_item(house, point=None, address="am Bahnhof, Südausgang")

    assert stated["location"]["state"] == "stated"
    assert described["location"]["state"] == "described"


async def test_staff_writes_down_what_was_said_at_the_desk(house: House) -> None:
    draft = CONCERN | {"channel": "desk"}

    recorded = await speaker(house, COORDINATION).post("/items/records", json=draft)
    submitted = await speaker(house, COORDINATION).post("/items", json=CONCERN)
    as_web = await speaker(house, COORDINATION).post("/items/records", json=CONCERN)

    assert recorded.status_code == 201
    assert (recorded.json()["unit"], recorded.json()["channel"]) == ("06.spk", "desk")
    assert submitted.status_code == 403
    assert as_web.status_code == 422


async def test_staff_takes_back_what_its_own_unit_wrote_down_and_nothing_else(
    house: House,
) -> None:
    clerk = speaker(house, COORDINATION)
    recorded = await clerk.post("/items/records", json=CONCERN | {"channel": "desk"})
    said = await an_item(house)

    own, anothers = [
        await clerk.post(f"/items/records/{item}/withdrawal")
        for item in (recorded.json()["id"], said["id"])
    ]

    assert (own.status_code, anothers.status_code) == (201, 403)
    assert (await speaker(house).get(f"/items/{recorded.json()['id']}")).json()["text"] is None


async def test_an_internal_item_is_read_by_staff_and_its_author_alone(house: House) -> None:
    link = await a_link(house)
    item = await an_item(house, link=link, visibility="internal")
    path = f"/items/{item['id']}"
    readers = [
        speaker(house),
        speaker(house, CITIZEN),
        speaker(house, Hat(Role.PARTNER, "06.traeger")),
        speaker(house, COORDINATION),
        speaker(house, **{"x-contribution-link": link}),
    ]

    seen = [(await reader.get(path)).status_code for reader in readers]

    assert seen == [404, 404, 404, 200, 200]


async def test_withdrawn_words_are_their_authors_alone_and_the_item_stays(house: House) -> None:
    link = await a_link(house)
    item = await an_item(house, link=link, title="Nicht mehr meine Meinung")
    mine = {"x-contribution-link": link}

    answer = await speaker(house, **mine).post(f"/items/{item['id']}/withdrawal")

    assert answer.status_code == 201
    assert answer.json()["title"] == "Nicht mehr meine Meinung"
    for hats in ((), (COORDINATION,), (CITIZEN,)):
        shown = await read(house, item, *hats)
        assert (shown["title"], shown["text"], shown["address"]) == (None, None, None)
        assert shown["withdrawn_at"]
    found = await speaker(house, COORDINATION).get("/items", params={"q": "Meinung"})
    assert found.json()["items"] == []
    own = await speaker(house, **mine).get("/items", params={"q": "Meinung"})
    assert [each["id"] for each in own.json()["items"]] == [item["id"]]


async def test_only_the_author_withdraws_and_only_once(house: House) -> None:
    link = await a_link(house)
    item = await an_item(house, link=link)
    path = f"/items/{item['id']}/withdrawal"
    author = speaker(house, **{"x-contribution-link": link})

    stranger = await speaker(house, CITIZEN).post(path)
    staff = await speaker(house, COORDINATION).post(path)
    answers = [await author.post(path) for _ in range(2)]

    assert (stranger.status_code, staff.status_code) == (403, 403)
    assert [answer.status_code for answer in answers] == [201, 409]


async def test_no_word_of_an_item_is_in_the_journal(
    house: House, sessions: dict[str, Sessions]
) -> None:
    await an_item(house, title="Mein Garten", text="Geheim gehalten", address="Hinterhaus links")

    async with sessions["participation"]() as session:
        said = str((await session.execute(text("SELECT said FROM journal"))).all())

    assert "item_id" in said
    for secret in ("Garten", "Geheim", "Hinterhaus", "13.3085", "point"):
        assert secret not in said


async def test_the_list_is_filtered_by_place_topic_channel_author_and_words(house: House) -> None:
    link = await a_link(house)
    stated = await an_item(house, point=None, areas=["062004"], topics=["parks"], link=link)
    desk = CONCERN | {"channel": "desk", "point": None, "areas": ["0610"], "title": "100% Licht"}
    recorded = (await speaker(house, COORDINATION).post("/items/records", json=desk)).json()

    async def found(**wanted: str) -> list[str]:
        answer = await speaker(house).get("/items", params=wanted)
        return [each["id"] for each in answer.raise_for_status().json()["items"]]

    assert await found(area="0620") == [stated["id"]]
    assert await found(area="06200419") == [stated["id"]]
    assert await found(area="061001") == [recorded["id"]]
    assert await found(topic="parks") == [stated["id"]]
    assert await found(channel="desk") == [recorded["id"]]
    assert await found(author="06.spk") == [recorded["id"]]
    assert await found(q="100%") == [recorded["id"]]
    assert await found(q="1%0") == []


async def test_the_list_goes_on_where_a_page_ends(house: House) -> None:
    made = [(await an_item(house))["id"] for _ in range(3)]

    first = (await speaker(house).get("/items", params={"limit": 2})).json()
    rest = (await speaker(house).get("/items", params={"cursor": first["next"]})).json()

    assert [each["id"] for each in first["items"] + rest["items"]] == made[::-1]


async def test_an_unknown_filter_is_refused_and_not_ignored(house: House) -> None:
    assert (await speaker(house).get("/items", params={"status": "open"})).status_code == 400


async def test_a_lost_answer_is_given_again_with_the_same_link(house: House) -> None:
    key = {"idempotency-key": str(UUID(int=7))}

    answers = [await speaker(house, **key).post("/items", json=CONCERN) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len({answer.headers["x-contribution-link"] for answer in answers}) == 1
