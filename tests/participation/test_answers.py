"""Answers: by who has the item in hand, in versions that stay, published by the lead alone."""

from typing import Any

import pytest

from shared.authority import Hat, Role
from tests.house import House
from tests.participation.concern import (
    COORDINATION,
    LEAD,
    OFFICE,
    SGA,
    WORDS,
    a_link,
    a_routing,
    accepted,
    an_answer,
    an_item,
    published,
    speaker,
)

JUGENDAMT = Hat(Role.SPECIALIST, "06.jugendamt")
PASSED_ON = {"reason": "Gehört zum Park.", "named_unit": "06.umwelt_naturschutz"}
NEXT = {"text": "Der Belag wird erst im Herbst erneuert."}


async def a_draft(house: House, **more: Any) -> dict[str, Any]:
    """The draft of an office that has accepted a new item."""
    item = await an_item(house, **more)
    await accepted(house, item)
    return await an_answer(house, item)


async def revised(house: House, answer: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The answer with one more version."""
    done = await speaker(house, OFFICE).patch(
        f"/answers/{answer['id']}", json=NEXT | more, headers={"if-match": answer["etag"]}
    )
    return dict(done.raise_for_status().json()) | {"etag": done.headers["etag"]}


async def shown(house: House, answer: dict[str, Any], *hats: Hat) -> dict[str, Any]:
    """The answer as its reader sees it."""
    return dict((await speaker(house, *hats).get(f"/answers/{answer['id']}")).json())


async def test_a_draft_is_read_by_its_own_unit_alone(house: House) -> None:
    answer = await a_draft(house)
    path = f"/answers/{answer['id']}"

    seen = [
        (await speaker(house, *hats).get(path)).status_code
        for hats in ((), (COORDINATION,), (JUGENDAMT,), (OFFICE,), (LEAD,))
    ]

    assert seen == [404, 404, 404, 200, 200]


async def test_who_has_not_accepted_does_not_answer(house: House) -> None:
    item = await an_item(house)
    path = f"/items/{item['id']}/answers"

    nobody_yet = await speaker(house, OFFICE).post(path, json=WORDS)
    await a_routing(house, item)
    only_asked = await speaker(house, OFFICE).post(path, json=WORDS)
    await accepted(house, item, "06.jugendamt")
    not_its_own = await speaker(house, OFFICE).post(path, json=WORDS)

    assert [each.status_code for each in (nobody_yet, only_asked, not_its_own)] == [409, 409, 403]
    assert not_its_own.json()["unit"] == "06.jugendamt"


@pytest.mark.parametrize("what", ["draft", "revise", "publish"])
async def test_the_coordination_says_nothing_in_an_offices_name(house: House, what: str) -> None:
    answer = await a_draft(house)
    spk = speaker(house, COORDINATION, **{"if-match": answer["etag"]})
    tries = {
        "draft": lambda: spk.post(f"/items/{answer['item_id']}/answers", json=WORDS),
        "revise": lambda: spk.patch(f"/answers/{answer['id']}", json=NEXT),
        "publish": lambda: spk.post(f"/answers/{answer['id']}/publication", json={"version": 1}),
    }

    refused = await tries[what]()

    assert refused.status_code == 403
    assert refused.json()["alternative"] == "answer.summarise"
    assert not {"district_coordination"} & set(refused.json()["who_may"])
    assert len((await shown(house, answer, OFFICE))["versions"]) == 1


async def test_who_passed_the_item_on_does_not_answer_any_more(house: House) -> None:
    item = await an_item(house)
    routing = await accepted(house, item)
    answer = await an_answer(house, item)
    match = {"if-match": answer["etag"]}
    await speaker(house, OFFICE).post(f"/routings/{routing['id']}/handovers", json=PASSED_ON)

    revising = await speaker(house, OFFICE, **match).patch(f"/answers/{answer['id']}", json=NEXT)
    publishing = await speaker(house, LEAD, **match).post(
        f"/answers/{answer['id']}/publication", json={"version": 1}
    )

    assert {each.json()["type"] for each in (revising, publishing)} == {
        "/problems/no-longer-in-hand"
    }


async def test_who_gets_the_item_back_goes_on_where_it_was(house: House) -> None:
    item = await an_item(house)
    routing = await accepted(house, item)
    answer = await an_answer(house, item)
    await speaker(house, OFFICE).post(f"/routings/{routing['id']}/handovers", json=PASSED_ON)
    await accepted(house, item)

    assert [each["number"] for each in (await revised(house, answer))["versions"]] == [2, 1]


async def test_every_version_stays_as_it_was(house: House) -> None:
    answer = await a_draft(house)

    after = await revised(house, answer)

    newest, first = after["versions"]
    assert (newest["number"], newest["text"]) == (2, NEXT["text"])
    assert newest["outcome"] == "will_do"
    assert first == answer["versions"][0]
    assert first["text_hash"] != newest["text_hash"]


async def test_a_change_says_which_state_it_changes(house: House) -> None:
    answer = await a_draft(house)
    await revised(house, answer)
    path = f"/answers/{answer['id']}"
    office, lead = speaker(house, OFFICE), speaker(house, LEAD)
    stale = {"if-match": answer["etag"]}

    answers = [
        await office.patch(path, json=NEXT),
        await office.patch(path, json=NEXT, headers=stale),
        await lead.post(f"{path}/publication", json={"version": 1}),
        await lead.post(f"{path}/publication", json={"version": 1}, headers=stale),
    ]

    assert [each.status_code for each in answers] == [428, 412, 428, 412]


async def test_published_is_the_version_that_was_named_and_no_newer_draft(house: House) -> None:
    answer = await revised(house, await a_draft(house))

    done = await published(house, answer, version=1)

    assert done["published"]["number"] == 1
    public = await shown(house, answer)
    assert [each["number"] for each in public["versions"]] == [1]
    assert public["published"]["text"] == WORDS["text"]
    assert len((await shown(house, answer, OFFICE))["versions"]) == 2


async def test_the_version_published_last_counts_and_the_former_stays_readable(
    house: House,
) -> None:
    answer = await published(house, await a_draft(house))

    await published(house, await revised(house, answer), version=2)

    public = await shown(house, answer)
    assert public["published"]["number"] == 2
    assert [each["number"] for each in public["versions"]] == [2, 1]


async def test_only_the_lead_publishes_and_each_version_once(house: House) -> None:
    answer = await a_draft(house)
    path = f"/answers/{answer['id']}/publication"
    match = {"if-match": answer["etag"]}

    specialist = await speaker(house, OFFICE, **match).post(path, json={"version": 1})
    missing = await speaker(house, LEAD, **match).post(path, json={"version": 7})
    done = await published(house, answer)
    again = await speaker(house, LEAD, **{"if-match": done["etag"]}).post(path, json={"version": 1})

    assert [each.status_code for each in (specialist, missing, again)] == [403, 409, 409]


async def test_whoever_does_not_get_it_is_told_why(house: House) -> None:
    item = await an_item(house)
    await accepted(house, item)
    path = f"/items/{item['id']}/answers"
    no = WORDS | {"outcome": "will_not"}

    without = await speaker(house, OFFICE).post(path, json=no)
    answer = await an_answer(house, item)
    turned = await speaker(house, OFFICE, **{"if-match": answer["etag"]}).patch(
        f"/answers/{answer['id']}", json={"outcome": "will_not"}
    )
    explained = await revised(house, answer, outcome="will_not", reasons="Kein Geld.")

    assert (without.status_code, turned.status_code) == (422, 422)
    assert explained["versions"][0]["reasons"] == "Kein Geld."


async def test_a_unit_has_one_answer_to_an_item(house: House) -> None:
    answer = await a_draft(house)

    again = await speaker(house, OFFICE).post(f"/items/{answer['item_id']}/answers", json=WORDS)

    assert again.json()["type"] == "/problems/already-drafted"


async def test_a_summary_stands_apart_from_every_answer(house: House) -> None:
    answer = await published(house, await a_draft(house))
    path = f"/items/{answer['item_id']}"
    words = {"text": "Kurz: Das SGA baut im Frühjahr."}

    summary = await speaker(house, COORDINATION).post(f"{path}/summaries", json=words)

    assert (summary.status_code, summary.json()["unit"]) == (201, "06.spk")
    page = (await speaker(house).get(f"{path}/answers")).json()
    assert [each["unit"] for each in page["items"]] == [SGA]
    assert [each["unit"] for each in page["editorial"]] == ["06.spk"]
    assert words["text"] not in str(page["items"])


async def test_a_neighbourhood_coordination_sums_up_in_its_own_regions(house: House) -> None:
    hat = Hat(Role.NEIGHBOURHOOD_COORDINATION, "06.stadtteilkoordination_2", ("062004",))
    words = {"text": "Kurz gesagt."}

    answers = [
        await speaker(house, hat).post(f"/items/{item['id']}/summaries", json=words)
        for item in [
            await an_item(house, point=None, areas=["062004"]),
            await an_item(house, point=None, areas=["061001"]),
        ]
    ]

    assert [each.status_code for each in answers] == [201, 403]


async def test_the_answer_to_an_internal_item_is_for_staff_and_its_author(house: House) -> None:
    link = await a_link(house)
    item = await an_item(house, link=link, visibility="internal")
    await accepted(house, item)
    answer = await published(house, await an_answer(house, item))
    path = f"/answers/{answer['id']}"

    seen = [
        (await client.get(path)).status_code
        for client in (
            speaker(house),
            speaker(house, COORDINATION),
            speaker(house, **{"x-contribution-link": link}),
        )
    ]

    assert seen == [404, 200, 200]
