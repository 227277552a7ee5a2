"""One concern, from a resident's word to the competent office's published answer."""

from typing import Any

import httpx

from tests.journeys.started import Started, until

ITEMS, ROUTINGS, ANSWERS = (
    f"/participation/v1/{name}" for name in ("items", "routings", "answers")
)
CONCERN = {
    "title": "Schlaglöcher am S-Bahnhof",
    "text": "Der Radweg am S-Bahnhof Lichterfelde Süd hat tiefe Schlaglöcher.",
    "topics": ["cycling"],
    "point": {"lon": 13.3085, "lat": 52.4096},
}
COORDINATION = "neighbourhood_coordination@06.stadtteilkoordination_2"
OFFICE, LEAD = "specialist@06.sga", "lead@06.sga"
WORDS = {"text": "Der Belag wird im Frühjahr erneuert.", "outcome": "will_do"}


def refused(answer: httpx.Response, *, alternative: str, **facts: Any) -> None:
    """A 403 that says who may and what is open instead."""
    assert answer.status_code == 403, answer.text
    problem = answer.json()
    assert problem["alternative"] == alternative
    assert problem["who_may"]
    assert not {role for role in problem["who_may"] if "coordination" in role}
    assert {key: problem.get(key) for key in facts} == facts


def submitted(platform: Started) -> tuple[str, str]:
    """The item's address and the link of its author."""
    answer = platform.as_().post(ITEMS, json=CONCERN)
    assert answer.status_code == 201, answer.text
    return f"{ITEMS}/{answer.json()['id']}", answer.headers["x-contribution-link"]


def located(platform: Started, item: str) -> dict[str, Any]:
    """The item once both others have been asked."""
    return until(
        lambda: platform.as_().get(item).json(),
        lambda shown: shown["location"]["state"] == "located" and shown["suggestions"],
    )


def test_a_concern_goes_from_the_first_word_to_the_published_answer(platform: Started) -> None:
    item, link = submitted(platform)
    shown = located(platform, item)
    assert shown["location"]["lor_version"] == "2021"
    assert shown["location"]["region"] == "062004"
    assert shown["location"]["planning_area"].startswith("062004")
    assert shown["suggestions"][0]["lead"] == "06.sga"

    coordination = platform.as_(COORDINATION)
    proposal = {"addressee": "06.sga", "reason": "Radwege unterhält das SGA."}
    routed = coordination.post(f"{item}/routings", json=proposal)
    assert routed.status_code == 201, routed.text
    routing = f"{ROUTINGS}/{routed.json()['id']}"

    refused(
        coordination.post(f"{routing}/replies", json={"outcome": "accepted"}),
        alternative="routing.propose",
    )
    refused(coordination.post(f"{item}/answers", json=WORDS), alternative="answer.summarise")

    office = platform.as_(OFFICE)
    taken = office.post(f"{routing}/replies", json={"outcome": "accepted"})
    assert taken.status_code == 201, taken.text
    drafted = office.post(f"{item}/answers", json=WORDS)
    assert drafted.status_code == 201, drafted.text
    answer = f"{ANSWERS}/{drafted.json()['id']}"

    tag = {"if-match": drafted.headers["etag"]}
    refused(
        coordination.patch(answer, json={"text": "Anders."}, headers=tag),
        alternative="answer.summarise",
    )
    refused(
        coordination.post(f"{answer}/publication", json={"version": 1}, headers=tag),
        alternative="answer.summarise",
    )
    assert platform.as_().get(f"{item}/answers").json()["items"] == []

    published = platform.as_(LEAD).post(f"{answer}/publication", json={"version": 1}, headers=tag)
    assert published.status_code == 201, published.text

    public_sees_every_hop(platform, item, shown["unit"])
    journal_shows_all_of_it(platform, shown["id"])
    assert link not in platform.said


def public_sees_every_hop(platform: Started, item: str, author: str) -> None:
    """Everybody reads who said what when, and whose words the answer is."""
    public = platform.as_()
    hops = public.get(f"{item}/thread").json()["hops"]
    told = [(hop["unit"], hop["act"]) for hop in hops]
    assert told[0] == (author, "item.submit")
    assert set(told) >= {
        ("06.participation", "item.locate"),
        ("06.stadtteilkoordination_2", "routing.propose"),
        ("06.sga", "routing.reply"),
        ("06.sga", "answer.publish"),
    }
    assert [hop["at"] for hop in hops] == sorted(hop["at"] for hop in hops)
    assert public.get(f"{item}/status").json()["standing"] == "answered"
    (answer,) = public.get(f"{item}/answers").json()["items"]
    assert answer["unit"] == "06.sga"
    assert answer["published"]["text"] == WORDS["text"]


def journal_shows_all_of_it(platform: Started, item_id: str) -> None:
    """What was done, and what was refused to the coordination."""
    feed, cursor, done = platform.as_(), "", []
    while True:
        page = feed.get(f"/participation/v1/events{cursor}").json()
        done += [event["data"]["act"] for event in page["events"]]
        if not page["events"]:
            break
        cursor = f"?cursor={page['next']}"
    assert set(done) >= {"item.submit", "routing.propose", "routing.reply", "answer.publish"}

    refusals = platform.as_("auditor@06.bezirksamt").get(
        "/refusals", params={"asking": "06.stadtteilkoordination_2"}
    )
    acts = {(each["act"], each["rule"]) for each in refusals.json()["items"]}
    assert acts >= {
        (act, "not-your-act")
        for act in ("routing.reply", "answer.draft", "answer.revise", "answer.publish")
    }


def test_a_request_is_followed_by_its_id_through_the_house(platform: Started) -> None:
    request_id = "follow-me-0815"
    answer = platform.as_(**{"x-request-id": request_id}).post(ITEMS, json=CONCERN)

    assert answer.headers["x-request-id"] == request_id
    told = until(
        lambda: [line for line in platform.said.splitlines() if request_id in line],
        lambda lines: len(lines) > 1,
    )
    for part in ("gateway", "participation"):
        assert [line for line in told if f'"service":"{part}"' in line], told
    feed = platform.as_().get("/participation/v1/events?limit=1000").json()["events"]
    assert [event for event in feed if event["data"]["request_id"] == request_id]


def test_whoever_holds_the_link_withdraws_and_nobody_else(platform: Started) -> None:
    item, link = submitted(platform)

    stranger = platform.as_().post(f"{item}/withdrawal")
    author = platform.as_(**{"x-contribution-link": link}).post(f"{item}/withdrawal")

    assert (stranger.status_code, author.status_code) == (403, 201), author.text
    assert platform.as_().get(item).json()["text"] is None


def test_a_neighbourhood_coordination_proposes_in_its_own_regions_only(platform: Started) -> None:
    item, _ = submitted(platform)
    located(platform, item)

    answer = platform.as_("neighbourhood_coordination@06.stadtteilkoordination_1").post(
        f"{item}/routings", json={"addressee": "06.sga", "reason": "Nicht mein Kiez."}
    )

    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/not-your-region"


def test_while_the_others_are_away_a_concern_is_kept_and_finished_later(
    platform: Started,
) -> None:
    """The data hub is stopped in the middle; nothing is lost, and nobody has to ask again."""
    with platform.paused("services.datahub.app"):
        item, _ = submitted(platform)
        assert platform.as_().get(item).json()["location"]["state"] == "pending"
        office = platform.as_("lead@06.sga")
        assert office.get("/datahub/v1/areas").status_code in {502, 503, 504}

    assert located(platform, item)["location"]["region"] == "062004"
