"""Committees: convened or entered by one unit, found under every name, doubles shown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.committees.rules import Profile, overlaps
from shared.authority import Hat, Role
from tests.house import COORDINATION, JUGENDAMT, SOZIALAMT, House
from tests.registry.committees import AG, NO, TAKEN, codes_found, convened, offered, seen

NEIGHBOURHOOD = Hat(Role.NEIGHBOURHOOD_COORDINATION, "06.spk", ("062004",))
WORDS = st.frozensets(st.sampled_from("abcdef"))
AREAS = st.lists(st.sampled_from(["06", "062004", "06200419", "063005"])).map(tuple)
PROFILES = st.builds(
    Profile,
    code=st.sampled_from(["one", "two", "three"]),
    names=st.sampled_from([("Runde",), ("Beirat", "Kreis"), ("cacc",), ("acabcc",)]),
    words=WORDS,
    areas=AREAS,
    members=WORDS,
)


@given(PROFILES, PROFILES)
def test_overlap_is_mutual_and_never_with_oneself(one: Profile, other: Profile) -> None:
    there, back = overlaps(one, [other]), overlaps(other, [one])

    assert bool(there) == bool(back)
    if one.code == other.code:
        assert not there
    for mine, theirs in zip(there, back, strict=True):
        assert (mine.words, mine.areas, mine.members) == (
            theirs.words,
            theirs.areas,
            theirs.members,
        )
        assert mine.alike or mine.areas or mine.words or mine.members


async def test_a_new_committee_shows_what_it_overlaps_with_and_is_kept(house: House) -> None:
    await convened(house)
    await offered(house, "06.jugendamt")
    await convened(house, code="runde", name="Kiezrunde", areas=["062004"], mandate="", aliases=[])

    alike = await convened(house, code="ag_plan", name="AG Planungen", areas=[], mandate="x")
    topic: dict[str, Any] = {
        "name": "Zirkel",
        "aliases": [],
        "mandate": "Fachplanung der Ämter zusammenführen",
    }
    same_topic = await convened(house, code="zirkel", **topic)
    near = await convened(
        house, code="tisch", name="Tisch", aliases=[], areas=["06200419"], mandate=""
    )
    same_people = await convened(
        house,
        code="zwei",
        name="Zwei",
        aliases=[],
        areas=[],
        mandate="",
        meant_for=["06.jugendamt"],
    )

    assert [o["code"] for o in alike["overlaps"] if o["alike"]] == ["ag_planung"]
    assert {o["code"] for o in same_topic["overlaps"] if o["words"]} == {"ag_planung"}
    assert [(o["code"], o["areas"]) for o in near["overlaps"]] == [("runde", ["06200419"])]
    assert [(o["code"], o["members"]) for o in same_people["overlaps"]] == [
        ("ag_planung", ["06.jugendamt"])
    ]
    everything = {"ag_planung", "runde", "ag_plan", "zirkel", "tisch", "zwei"}
    assert await codes_found(house, "") == everything


async def test_a_committee_that_ended_is_no_double(house: House) -> None:
    await convened(house)
    tag = (await house.as_().get("/committees/ag_planung")).headers["etag"]
    spk = house.as_(COORDINATION, **{"if-match": tag})
    await spk.patch("/committees/ag_planung", json={"ended_on": "2020-12-31"})

    assert (await convened(house, code="ag_planung_neu"))["overlaps"] == []


async def test_an_existing_body_is_kept_under_its_code(house: House) -> None:
    await convened(house, imported=True, source="Strukturkonzept 2019, 4.2")

    again = await house.as_(JUGENDAMT).post("/committees", json=AG)

    assert again.status_code == 409
    shown = await seen(house)
    assert (shown["unit"], shown["imported"]) == ("06.spk", True)


async def test_the_offices_that_are_missing_are_named(house: House) -> None:
    await convened(house)
    await convened(house, code="runde")
    seats = {unit: await offered(house, unit) for unit in ("06.jugendamt", "06.sozialamt")}
    await house.as_(SOZIALAMT).post(seats["06.sozialamt"], json=NO)

    missing = (await seen(house))["missing"]

    assert missing == [
        "06.stadtentwicklungsamt",
        "06.schul_sportamt",
        "06.gesundheitsamt",
        "06.sozialamt",
        "06.weiterbildung_kultur",
        "06.sga",
        "06.umwelt_naturschutz",
    ]
    assert (await seen(house, "runde"))["missing"] == []


async def test_the_committees_of_a_unit_are_listed(house: House) -> None:
    for code in ("invited", "taken", "declined", "ended", "other"):
        await convened(house, code=code)
    said = {"taken": TAKEN, "declined": NO, "ended": TAKEN}
    for code in ("invited", *said):
        seat = await offered(house, "06.jugendamt", code)
        if code in said:
            answer = await house.as_(JUGENDAMT).post(seat, json=said[code])
    end = f"/committees/ended/memberships/{answer.json()['id']}/end"
    (await house.as_(JUGENDAMT).post(end, json={})).raise_for_status()
    await offered(house, "06.sga", "other")

    assert await codes_found(house, "member=06.jugendamt") == {"invited", "taken"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=AG Planung", True),
        ("q=amterubergreifende arbeitsgruppe", True),
        ("q=Aemteruebergreifende", True),
        ("q=Präventionsbeirat", False),
        ("kind=working_group", True),
        ("kind=network", False),
        ("body=06", True),
        ("body=be", False),
        ("area=062004", True),
        ("area=05", False),
        ("member=06.sga", False),
    ],
)
async def test_a_committee_is_found(house: House, query: str, found: bool) -> None:
    await convened(house)
    assert await codes_found(house, query) == ({"ag_planung"} if found else set())


async def test_its_convener_revises_a_committee(house: House) -> None:
    await convened(house)
    tag = (await house.as_().get("/committees/ag_planung")).headers["etag"]
    spk = house.as_(COORDINATION, **{"if-match": tag})
    change = {"name": "AG Planung und Raum", "turnus_months": None}

    answer = await spk.patch("/committees/ag_planung", json=change)
    stale = await spk.patch("/committees/ag_planung", json=change)

    assert (answer.status_code, stale.status_code) == (200, 412)
    assert answer.json()["turnus_months"] is None
    assert await codes_found(house, "q=Planung und Raum") == {"ag_planung"}
    read = await house.as_().get("/committees/ag_planung")
    assert read.headers["etag"] == answer.headers["etag"]


async def test_another_unit_does_not_revise_it(house: House) -> None:
    await convened(house)
    tag = (await house.as_().get("/committees/ag_planung")).headers["etag"]
    office = house.as_(JUGENDAMT, **{"if-match": tag})

    answer = await office.patch("/committees/ag_planung", json={"name": "Unsere AG"})

    assert (answer.status_code, answer.json()["unit"]) == (403, "06.spk")
    assert (await seen(house))["name"] == "AG Planung"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"prepares": "nirgends"}, "no-such-committee"),
        ({"prepares": "ag_planung"}, "contradictory"),
        ({"exists_since": "2020-01-02", "ended_on": "2020-01-01"}, "contradictory"),
    ],
)
async def test_what_a_committee_says_fits_together(
    house: House, change: dict[str, Any], problem: str
) -> None:
    await convened(house)
    tag = (await house.as_().get("/committees/ag_planung")).headers["etag"]
    spk = house.as_(COORDINATION, **{"if-match": tag})

    answer = await spk.patch("/committees/ag_planung", json=change)

    assert (answer.status_code, answer.json()["type"]) == (409, f"/problems/{problem}")


async def test_a_committee_works_towards_another(house: House) -> None:
    await convened(house, code="ag_sro", name="AG SRO")
    await convened(house, prepares="ag_sro", offset_to="ag_sro")

    assert (await seen(house))["prepares"] == "ag_sro"


async def test_a_neighbourhood_coordination_convenes_only_in_its_regions(house: House) -> None:
    there = house.as_(NEIGHBOURHOOD)
    own = AG | {"code": "runde", "areas": ["06200419"]}

    inside = await there.post("/committees", json=own)
    outside = await there.post("/committees", json=AG)
    there.headers["if-match"] = (await there.get("/committees/runde")).headers["etag"]
    grown = await there.patch("/committees/runde", json={"areas": ["06"]})
    kept = await there.patch("/committees/runde", json={"mandate": "Austausch."})

    answers = [inside, outside, grown, kept]
    assert [answer.status_code for answer in answers] == [201, 403, 403, 200]
