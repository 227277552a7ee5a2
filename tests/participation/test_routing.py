"""Routing: the coordination proposes, the office says for itself, every hop stays readable."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.authority import Hat, Role
from shared.database import Sessions
from tests.house import CITIZEN, House
from tests.participation.concern import (
    ACCEPTED,
    COORDINATION,
    NOT_MINE,
    OFFICE,
    SGA,
    a_link,
    a_reply,
    a_routing,
    accepted,
    an_item,
    finder,
    speaker,
    with_areas,
    with_ledger,
)

JUGENDAMT = Hat(Role.SPECIALIST, "06.jugendamt")
PASSED_ON = {"reason": "Gehört zum Park.", "named_unit": "06.umwelt_naturschutz"}


def neighbourhood(*regions: str) -> Hat:
    return Hat(Role.NEIGHBOURHOOD_COORDINATION, "06.stadtteilkoordination_2", regions)


async def proposed(house: House, item: dict[str, Any], hat: Hat, **more: Any) -> Any:
    draft = {"addressee": SGA, "reason": "Straßen unterhält das SGA."} | more
    return await speaker(house, hat).post(f"/items/{item['id']}/routings", json=draft)


async def shown(house: House, routing: dict[str, Any]) -> dict[str, Any]:
    return dict((await speaker(house).get(f"/routings/{routing['id']}")).json())


async def test_the_proposed_office_accepts_and_everybody_reads_it(house: House) -> None:
    routing = await a_routing(house, await an_item(house))
    before = await shown(house, routing)

    reply = await a_reply(house, routing)

    after = await shown(house, routing)
    assert reply["unit"] == SGA
    assert (before["standing"], after["standing"]) == ("proposed", "accepted")
    assert after["reply"]["id"] == reply["id"]


@pytest.mark.parametrize("said", [ACCEPTED, NOT_MINE])
async def test_the_coordination_does_not_reply_for_an_office(
    house: House, said: dict[str, str]
) -> None:
    routing = await a_routing(house, await an_item(house))

    answer = await speaker(house, COORDINATION).post(
        f"/routings/{routing['id']}/replies", json=said
    )

    assert answer.status_code == 403
    assert answer.json()["who_may"] == ["commissioner", "lead", "specialist"]
    assert answer.json()["alternative"] == "routing.propose"


async def test_another_office_does_not_reply_either(house: House) -> None:
    routing = await a_routing(house, await an_item(house))

    answer = await speaker(house, JUGENDAMT).post(
        f"/routings/{routing['id']}/replies", json=ACCEPTED
    )

    assert answer.status_code == 403
    assert answer.json()["unit"] == SGA


async def test_only_the_coordination_proposes(house: House) -> None:
    item = await an_item(house)

    for hat in (OFFICE, CITIZEN, Hat(Role.ADMINISTRATOR, "06.it")):
        assert (await proposed(house, item, hat, addressee="06.jugendamt")).status_code == 403


@pytest.mark.parametrize("missing", ["reason", "named_unit"])
async def test_who_says_not_mine_says_why_and_whose(house: House, missing: str) -> None:
    routing = await a_routing(house, await an_item(house))
    said = {name: value for name, value in NOT_MINE.items() if name != missing}

    answer = await speaker(house, OFFICE).post(f"/routings/{routing['id']}/replies", json=said)

    assert answer.status_code == 422


async def test_who_says_not_mine_names_another_than_itself(house: House) -> None:
    routing = await a_routing(house, await an_item(house))
    said = NOT_MINE | {"named_unit": SGA}

    answer = await speaker(house, OFFICE).post(f"/routings/{routing['id']}/replies", json=said)

    assert answer.json()["type"] == "/problems/naming-oneself"


async def test_to_one_proposal_there_is_one_reply(house: House) -> None:
    routing = await a_routing(house, await an_item(house))
    await a_reply(house, routing)

    answer = await speaker(house, OFFICE).post(f"/routings/{routing['id']}/replies", json=NOT_MINE)

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/already-replied"


async def test_a_withdrawn_proposal_is_not_replied_to(house: House) -> None:
    routing = await a_routing(house, await an_item(house))
    path = f"/routings/{routing['id']}"

    withdrawn = await speaker(house, COORDINATION).post(f"{path}/withdrawal")
    reply = await speaker(house, OFFICE).post(f"{path}/replies", json=ACCEPTED)
    again = await speaker(house, COORDINATION).post(f"{path}/withdrawal")

    assert (withdrawn.status_code, withdrawn.json()["standing"]) == (201, "withdrawn")
    assert [answer.status_code for answer in (reply, again)] == [409, 409]


async def test_what_an_office_has_taken_on_is_not_withdrawn_from_under_it(house: House) -> None:
    routing = await accepted(house, await an_item(house))

    answer = await speaker(house, COORDINATION).post(f"/routings/{routing['id']}/withdrawal")

    assert answer.status_code == 409
    assert (await shown(house, routing))["standing"] == "accepted"


async def test_another_coordinations_proposal_is_not_withdrawn(house: House) -> None:
    routing = await a_routing(house, await an_item(house))
    other = Hat(Role.DISTRICT_COORDINATION, "06.bezirkskoordination")

    answer = await speaker(house, other).post(f"/routings/{routing['id']}/withdrawal")

    assert answer.status_code == 403


async def test_nobody_is_asked_twice_at_once_but_several_may_be_asked(house: House) -> None:
    item = await an_item(house)
    await a_routing(house, item)

    again = await proposed(house, item, COORDINATION)
    other = await proposed(house, item, COORDINATION, addressee="06.jugendamt")

    assert (again.status_code, other.status_code) == (409, 201)


async def test_who_said_not_mine_may_be_asked_again(house: House) -> None:
    item = await an_item(house)
    await a_reply(house, await a_routing(house, item), NOT_MINE)

    assert (await proposed(house, item, COORDINATION)).status_code == 201


async def test_the_coordination_does_not_propose_itself(house: House) -> None:
    answer = await proposed(house, await an_item(house), COORDINATION, addressee="06.spk")

    assert answer.status_code == 409


async def test_a_withdrawn_item_goes_nowhere(house: House) -> None:
    link = await a_link(house)
    item = await an_item(house, link=link)
    routing = await a_routing(house, item)
    await speaker(house, **{"x-contribution-link": link}).post(f"/items/{item['id']}/withdrawal")

    other = await proposed(house, item, COORDINATION, addressee="06.jugendamt")
    reply = await speaker(house, OFFICE).post(f"/routings/{routing['id']}/replies", json=ACCEPTED)

    assert {answer.json()["type"] for answer in (other, reply)} == {"/problems/item-withdrawn"}


async def test_a_proposal_rests_on_a_suggestion_about_the_same_item_alone(
    house: House, sessions: dict[str, Sessions]
) -> None:
    await with_areas(house)
    await with_ledger(house)
    item, other = await an_item(house), await an_item(house)
    await finder(house, sessions["participation"]).find_out(UUID(item["id"]), "job-1")
    (suggestion,) = (await speaker(house).get(f"/items/{item['id']}")).json()["suggestions"]

    foreign = await proposed(house, other, COORDINATION, based_on=suggestion["id"])
    made_up = await proposed(house, item, COORDINATION, based_on=str(uuid4()))
    right = await proposed(house, item, COORDINATION, based_on=suggestion["id"])

    assert [answer.status_code for answer in (foreign, made_up, right)] == [409, 409, 201]
    assert right.json()["based_on"] == suggestion["id"]


async def test_a_neighbourhood_coordination_proposes_in_its_own_regions(house: House) -> None:
    inside = await an_item(house, point=None, areas=["06200419"])
    across = await an_item(house, point=None, areas=["062004", "061001"])
    nowhere = await an_item(house, point=None, address="irgendwo")

    answers = [
        await proposed(house, item, neighbourhood("062004")) for item in (inside, across, nowhere)
    ]

    assert [answer.status_code for answer in answers] == [201, 403, 403]


async def test_where_an_item_was_found_outweighs_where_its_author_said_it_is(
    house: House, sessions: dict[str, Sessions]
) -> None:
    await with_areas(house)
    item = await an_item(house, areas=["061001"], topics=[])
    await finder(house, sessions["participation"]).find_out(UUID(item["id"]), "job-1")

    claimed = await proposed(house, item, neighbourhood("061001"))
    found = await proposed(house, item, neighbourhood("062004"))

    assert (claimed.status_code, found.status_code) == (403, 201)


async def test_an_office_passes_on_what_it_had_accepted_once(house: House) -> None:
    routing = await accepted(house, await an_item(house))
    path = f"/routings/{routing['id']}/handovers"

    coordination = await speaker(house, COORDINATION).post(path, json=PASSED_ON)
    other = await speaker(house, JUGENDAMT).post(path, json=PASSED_ON)
    answers = [await speaker(house, OFFICE).post(path, json=PASSED_ON) for _ in range(2)]

    assert (coordination.status_code, other.status_code) == (403, 403)
    assert coordination.json()["alternative"] == "routing.propose"
    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].json()["type"] == "/problems/not-in-hand"
    assert (await shown(house, routing))["standing"] == "passed_on"


async def test_what_was_never_accepted_is_not_passed_on(house: House) -> None:
    item = await an_item(house)
    open_one = await a_routing(house, item)
    refused = await a_routing(house, item, "06.jugendamt")
    await a_reply(house, refused, NOT_MINE)

    for routing in (open_one, refused):
        client = speaker(house, Hat(Role.SPECIALIST, routing["addressee"]))
        answer = await client.post(f"/routings/{routing['id']}/handovers", json=PASSED_ON)
        assert answer.json()["type"] == "/problems/not-in-hand"


async def test_an_office_sees_what_waits_for_its_reply(house: House) -> None:
    item = await an_item(house)
    waiting = await a_routing(house, item)
    await accepted(house, item, "06.jugendamt")
    await accepted(house, await an_item(house))

    answer = await speaker(house, OFFICE).get(
        "/routings", params={"addressee": SGA, "unanswered": "true"}
    )

    assert [each["id"] for each in answer.json()["items"]] == [waiting["id"]]
    of_item = (await speaker(house).get(f"/items/{item['id']}/routings")).json()["items"]
    assert {each["addressee"] for each in of_item} == {SGA, "06.jugendamt"}


async def test_the_hops_of_an_internal_item_are_for_staff_and_its_author(house: House) -> None:
    link = await a_link(house)
    item = await an_item(house, link=link, visibility="internal")
    routing = await accepted(house, item)
    path = f"/routings/{routing['id']}"

    public = await speaker(house).get(path)
    author = await speaker(house, **{"x-contribution-link": link}).get(path)

    assert public.status_code == 404
    assert author.json()["standing"] == "accepted"
    assert (await speaker(house).get(f"/items/{item['id']}/routings")).status_code == 404
