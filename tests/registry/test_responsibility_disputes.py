"""Proposals, objections and endings: each is said by the unit whose matter it is."""

from datetime import timedelta

from shared.authority import Hat, Role
from shared.clock import today
from tests.house import House
from tests.registry.ledger import (
    BEZIRKSAMT,
    DISTRICT,
    PLACE,
    REGION,
    SGA,
    SGA_LEAD,
    WIRTSCHAFT,
    a_confirmation,
    a_decision,
    a_proposal,
    a_topic,
    looked_up,
    said,
)

REASON = {"reason": "Das ist eine Bundesstraße."}


async def test_an_objection_makes_the_dispute_visible_and_the_decision_counts_on(
    house: House,
) -> None:
    await a_topic(house)
    row = await a_decision(house, SGA)
    specialist = house.as_(Hat(Role.SPECIALIST, SGA))

    objection = await specialist.post(
        f"/responsibilities/{row['id']}/contests", json=REASON | {"named_unit": WIRTSCHAFT}
    )

    assert (objection.status_code, objection.json()["unit"]) == (201, SGA)
    shown = (await house.as_().get(f"/responsibilities/{row['id']}")).json()
    assert (shown["standing"], shown["unit"]) == ("contested", BEZIRKSAMT)
    assert [each["named_unit"] for each in shown["contests"]] == [WIRTSCHAFT]
    now = await looked_up(house, on=today().isoformat())
    assert (now["lead"], now["disputed"]) == (SGA, True)
    assert "06.sga widerspricht" in now["explanation"]["de"]
    before = await looked_up(house, on=(today() - timedelta(days=1)).isoformat())
    assert before["disputed"] is False


async def test_an_objection_stands_until_the_unit_itself_confirms(house: House) -> None:
    await a_topic(house)
    row = await a_decision(house, SGA)
    client = house.as_(SGA_LEAD)
    await client.post(f"/responsibilities/{row['id']}/contests", json=REASON)

    await a_confirmation(house, SGA)

    shown = (await house.as_().get(f"/responsibilities/{row['id']}")).json()
    assert (shown["standing"], shown["contests"]) == ("decided", [])
    assert (await looked_up(house, on=today().isoformat()))["disputed"] is False


async def test_an_earlier_word_and_one_on_another_area_settle_nothing(house: House) -> None:
    await a_topic(house)
    await a_confirmation(house, SGA)
    row = await a_decision(house, SGA)
    await house.as_(SGA_LEAD).post(f"/responsibilities/{row['id']}/contests", json=REASON)
    await a_confirmation(house, SGA, area=REGION)

    shown = (await house.as_().get(f"/responsibilities/{row['id']}")).json()

    assert shown["standing"] == "contested"


async def test_only_the_named_unit_objects(house: House) -> None:
    await a_topic(house)
    row = await a_decision(house, SGA)
    other = house.as_(Hat(Role.LEAD, WIRTSCHAFT))

    answer = await other.post(f"/responsibilities/{row['id']}/contests", json=REASON)

    assert answer.status_code == 403
    assert answer.json()["unit"] == SGA


async def test_nobody_objects_to_its_own_word_or_to_what_is_over(house: House) -> None:
    await a_topic(house)
    own = await a_confirmation(house, SGA)
    over = await a_decision(house, SGA, until="2021-01-01")
    client = house.as_(SGA_LEAD)

    answers = [
        await client.post(f"/responsibilities/{row['id']}/contests", json=REASON)
        for row in (own, over)
    ]

    assert [answer.json()["type"] for answer in answers] == [
        "/problems/own-word",
        "/problems/ends-already",
    ]


async def test_a_proposal_stands_as_the_named_unit_last_said(house: House) -> None:
    await a_topic(house)
    await a_proposal(house, SGA, area=REGION)
    await a_proposal(house, WIRTSCHAFT)
    proposal = await a_proposal(house, SGA)
    path = f"/responsibilities/proposals/{proposal['id']}"
    client = house.as_(SGA_LEAD)

    await client.post(f"{path}/contests", json=REASON)
    contested = (await house.as_().get(path)).json()
    row = await a_confirmation(house, SGA, proposal_id=proposal["id"])
    confirmed = (await house.as_().get(path)).json()
    await client.post(f"/responsibilities/{row['id']}/ending", json={})
    ended = (await house.as_().get(path)).json()

    standings = [each["standing"] for each in (contested, confirmed, ended)]
    assert standings == ["contested", "confirmed", "ended"]
    assert contested["contests"][0]["unit"] == SGA
    listed = await house.as_().get(f"/responsibilities/proposals?addressee={SGA}&topic=roads")
    assert [each["standing"] for each in listed.json()["items"]] == ["ended", "proposed"]
    assert (await house.as_().get("/responsibilities/proposals?area=0620")).json()["items"] == []


async def test_a_proposal_is_answered_for_whom_and_what_it_names(house: House) -> None:
    await a_topic(house)
    proposal = await a_proposal(house, WIRTSCHAFT)
    draft = said(proposal_id=proposal["id"])

    answer = await house.as_(SGA_LEAD).post("/responsibilities/confirmations", json=draft)

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/another-proposal"


async def test_a_neighbourhood_coordination_proposes_in_its_regions_only(house: House) -> None:
    await a_topic(house)
    mine = house.as_(Hat(Role.NEIGHBOURHOOD_COORDINATION, "06.spk", (REGION,)))
    draft = {"topic": "roads", "addressee": SGA, **REASON}

    answers = [
        await mine.post("/responsibilities/proposals", json=draft | {"area": area})
        for area in (PLACE, REGION, DISTRICT, "06100101")
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 403, 403]


async def test_a_unit_ends_its_own_word_and_leaves_a_gap(house: House) -> None:
    await a_topic(house)
    row = await a_confirmation(house, SGA)
    path = f"/responsibilities/{row['id']}/ending"

    answer = await house.as_(SGA_LEAD).post(path, json={"reason": "Neuer Zuschnitt."})

    assert answer.status_code == 201
    assert answer.json()["ended_on"] == today().isoformat()
    assert (answer.json()["standing"], answer.json()["ending_reason"]) == (
        "ended",
        "Neuer Zuschnitt.",
    )
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert (await looked_up(house, on=yesterday))["lead"] == SGA
    assert (await looked_up(house, on=today().isoformat()))["gap"] is True


async def test_an_ending_is_announced_but_never_dated_back(house: House) -> None:
    await a_topic(house)
    row = await a_confirmation(house, SGA)
    path, client = f"/responsibilities/{row['id']}/ending", house.as_(SGA_LEAD)
    days = [today() - timedelta(days=1), today() + timedelta(days=9), today() + timedelta(days=9)]

    answers = [await client.post(path, json={"ended_on": day.isoformat()}) for day in days]

    assert [answer.status_code for answer in answers] == [409, 201, 409]
    assert answers[1].json()["standing"] == "confirmed"


async def test_what_ended_before_it_began_leaves_its_place(house: House) -> None:
    await a_topic(house)
    row = await a_confirmation(house, SGA, since="2999-01-01")

    await house.as_(SGA_LEAD).post(f"/responsibilities/{row['id']}/ending", json={})

    assert (await a_confirmation(house, WIRTSCHAFT, since="2999-01-01"))["holder"] == WIRTSCHAFT


async def test_nobody_ends_what_another_said(house: House) -> None:
    await a_topic(house)
    row = await a_decision(house, SGA)

    answer = await house.as_(SGA_LEAD).post(f"/responsibilities/{row['id']}/ending", json={})

    assert answer.status_code == 403
    assert answer.json()["unit"] == BEZIRKSAMT
