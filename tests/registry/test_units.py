"""Units: their names and contacts, each as one sentence."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.names import folded
from tests.house import JUGENDAMT, House
from tests.registry.trees import KEEPER, a_tree, a_unit, seen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straßen- und Grünflächenamt", "strassen- und gruenflaechenamt"),
        ("Straßen- und Grünflächenamt", "STRASSEN UND GRÜNFLÄCHENAMT"),
        ("Bezirksbürgermeister/in", "Bezirksbu\u0308rgermeister in"),
        ("Grün, Größe, Räume", "gruen groesse raeume"),
        ("Grün, Größe, Räume", "grun grosse raume"),
        ("World-Café", "world cafe"),
        ("L.I.S.T.", "l i s t"),
    ],
)
def test_names_are_compared_without_what_a_keyboard_may_lack(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@given(st.text())
def test_folding_a_name_twice_changes_nothing_more(name: str) -> None:
    assert folded(folded(name)) == folded(name)


async def test_a_unit_is_found_under_each_of_its_names(house: House) -> None:
    aliases = [{"name": "SGA"}, {"name": "Tiefbauamt", "used_in": "2019"}]
    await a_unit(house, "sga", "Straßen- und Grünflächenamt", aliases=aliases)
    await a_unit(house, "jugendamt", "Jugendamt")

    for words in ("SGA", "tiefbau", "strassen- und gruenflaechenamt", "Grunflachenamt"):
        assert await seen(house, q=words) == ["sga"], words
    assert await seen(house, q="---") == []


async def test_who_is_called_just_so_comes_first_and_the_pages_join_up(house: House) -> None:
    for n in range(5):
        await a_unit(house, f"amt_{n}", f"Amt {n}", aliases=[{"name": f"Amt für Probe {n}"}])
    await a_unit(house, "amt", "Amt")

    found, cursor = list[str](), ""
    for _ in range(3):
        query = {"q": "Amt", "limit": "2", "count": "exact"}
        query |= {"cursor": cursor} if cursor else {}
        page = (await house.as_().get("/units", params=query)).raise_for_status().json()
        found += [unit["code"] for unit in page["items"]]
        cursor = page["next"]
        assert page["total"] == 6

    assert cursor is None
    assert found[0] == "06.amt"
    assert len(found) == len(set(found)) == 6


async def test_a_renamed_unit_keeps_its_old_name_for_the_days_before(house: House) -> None:
    await a_unit(house, "amt", "Sozialamt")

    draft = {"name": "Amt für Soziales", "since": "2020-01-01"}
    answer = await house.as_(KEEPER).post("/units/06.amt/names", json=draft)

    assert answer.status_code == 201
    assert answer.json()["name"] == "Amt für Soziales"
    before = await house.as_().get("/units/06.amt", params={"on": "2019-12-31"})
    assert before.json()["name"] == "Sozialamt"
    assert await seen(house, q="Sozialamt") == ["amt"]
    later = draft | {"since": "2021-01-01"}
    again = await house.as_(KEEPER).post("/units/06.amt/names", json=later)
    assert again.json()["type"] == "/problems/called-so-already"


async def test_only_the_unit_itself_says_how_it_is_reached(house: House) -> None:
    await a_unit(house, "jugendamt", "Jugendamt")
    path, contact = "/units/06.jugendamt/contact", {"mailbox": "post@example.org"}

    keeper = await house.as_(KEEPER).post(path, json=contact)
    itself = await house.as_(JUGENDAMT).post(path, json=contact)
    newer = await house.as_(JUGENDAMT).post(path, json={"page": "https://example.org/jugend"})

    assert [keeper.status_code, itself.status_code, newer.status_code] == [403, 201, 201]
    assert keeper.json()["unit"] == "06.jugendamt"
    shown = (await house.as_().get("/units/06.jugendamt")).json()
    assert shown["unit"] == "06.bezirksamt"
    assert shown["contact"]["unit"] == "06.jugendamt"
    assert shown["contact"]["page"] == "https://example.org/jugend"
    assert shown["contact"]["mailbox"] is None


@pytest.mark.parametrize(
    "contact",
    [{"page": "javascript:alert(1)"}, {"mailbox": "a@b@c"}, {"phone": "+49<b>"}, {"fax": "1"}],
)
async def test_a_contact_is_one(house: House, contact: dict[str, str]) -> None:
    answer = await house.as_(JUGENDAMT).post("/units/06.jugendamt/contact", json=contact)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("draft", "problem"),
    [
        ({"code": "06.abteilung"}, "code-taken"),
        ({"code": "07.jugendamt"}, "other-district"),
        ({"code": "06.amt", "parent": "07.bezirksamt"}, "other-district"),
        ({"code": "06.amt", "parent": "06.nirgends"}, "parent-unknown"),
        ({"code": "06.amt", "name": "-"}, "malformed"),
        ({"code": "06.amt", "areas": ["0620041"]}, "malformed"),
        ({"code": "06.amt", "areas": ["06200419"]}, "malformed"),
        ({"code": "06.amt", "aliases": [{"name": "Amt"}]}, "malformed"),
        ({"code": "06.amt", "kind": "empire"}, "malformed"),
        ({"code": "06.amt", "since": "2020-01-01"}, "malformed"),
        ({"code": "06.amt", "source": "x" * 301}, "malformed"),
    ],
)
async def test_a_unit_that_cannot_be_is_not_entered(
    house: House, draft: dict[str, Any], problem: str
) -> None:
    await a_tree(house)
    answer = await house.as_(KEEPER).post(
        "/units", json={"kind": "office", "name": "Amt", "code": "06.amt"} | draft
    )
    assert answer.json()["type"] == f"/problems/{problem}"


async def test_a_list_knows_what_was_said_of_a_unit_since(house: House) -> None:
    await a_tree(house)
    await a_unit(house, "jugendamt", "Jugendamt")
    contact = {"phone": "030 12345"}
    stated = await house.as_(JUGENDAMT).post("/units/06.jugendamt/contact", json=contact)

    since = stated.json()["created_at"]

    assert await seen(house, modified_since=since) == ["jugendamt"]
    assert await seen(house, modified_since=since, q="Bezirksamt") == []
    assert sorted(await seen(house, kind="coordination", body="06")) == [
        "bezirkskoordination",
        "datenkoordination",
        "spk",
    ]
