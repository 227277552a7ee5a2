"""Coordination requests: their rules and their HTTP, each as one sentence."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.registry.requests.model import Reply, Request
from services.registry.requests.rules import Standing, standing
from services.registry.requests.schema import Outcome
from shared.authority import Hat, Role
from shared.database import Sessions
from tests.conftest import admin
from tests.house import ACCEPTED, COORDINATION, JUGENDAMT, QUESTION, SOZIALAMT, House


@given(st.dates(), st.dates(), st.lists(st.sampled_from(Outcome)), st.none() | st.dates())
def test_the_last_reply_counts_unless_the_request_was_withdrawn(
    wished_by: date, today: date, said: list[Outcome], withdrawn_on: date | None
) -> None:
    request = Request(
        unit="a", addressee="b", question="?", wished_by=wished_by, withdrawn_on=withdrawn_on
    )
    replies = [Reply(unit="b", request_id=request.id, outcome=outcome) for outcome in said]

    where = standing(request, replies, today)

    assert (where is Standing.WITHDRAWN) == (withdrawn_on is not None)
    if not withdrawn_on:
        late = Standing.OVERDUE if wished_by < today else Standing.OPEN
        assert where == (said[-1] if said else late)


async def test_a_request_is_answered_by_the_unit_it_is_addressed_to(house: House) -> None:
    request = await house.a_request("06.spk", "06.jugendamt")

    answer = await house.as_(JUGENDAMT).post(f"/requests/{request}/replies", json=ACCEPTED)

    assert answer.status_code == 201
    assert answer.json()["unit"] == "06.jugendamt"
    shown = await house.as_(COORDINATION).get(f"/requests/{request}")
    assert shown.json()["standing"] == "accepted"


async def test_the_coordination_cannot_reply_for_an_office(house: House) -> None:
    request = await house.a_request("06.spk", "06.jugendamt")

    answer = await house.as_(COORDINATION).post(f"/requests/{request}/replies", json=ACCEPTED)

    assert answer.status_code == 403
    assert answer.json()["unit"] == "06.jugendamt"
    assert answer.json()["alternative"] == "request.remind"


async def test_the_coordination_answers_what_is_addressed_to_it(house: House) -> None:
    request = await house.a_request("06.jugendamt", "06.spk")

    answer = await house.as_(COORDINATION).post(f"/requests/{request}/replies", json=ACCEPTED)

    assert answer.status_code == 201


async def test_a_partner_reads_what_was_shared_with_it_and_nothing_else(house: House) -> None:
    mine = await house.a_request("06.spk", "06.traeger", visibility="unit")
    other = await house.a_request("06.spk", "06.jugendamt", visibility="internal")
    partner = house.as_(Hat(Role.PARTNER, "06.traeger"))

    seen = [(await partner.get(f"/requests/{each}")).status_code for each in (mine, other)]

    assert seen == [200, 404]


async def test_the_public_reads_only_what_is_public(house: House) -> None:
    shown = await house.a_request("06.spk", "06.jugendamt")
    internal = await house.a_request("06.spk", "06.jugendamt", visibility="internal")

    seen = [(await house.as_().get(f"/requests/{r}")).status_code for r in (shown, internal)]

    assert seen == [200, 404]


async def test_a_published_reply_is_read_by_everybody(house: House) -> None:
    request = await house.a_request("06.spk", "06.jugendamt", visibility="internal")
    reply = await house.a_reply(request, "06.jugendamt")

    answer = await house.as_(JUGENDAMT).post(f"/requests/{request}/replies/{reply}/publication")

    assert answer.json()["visibility"] == "public"


async def test_a_request_is_repeated_at_most_once_a_day(house: House) -> None:
    request = await house.a_request("06.spk", "06.jugendamt")
    spk = house.as_(COORDINATION)

    answers = [await spk.post(f"/requests/{request}/reminders") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 409]


async def test_a_commit_that_fails_answers_409_and_never_201(
    own_database: Callable[[str], str], own_sessions: Callable[[str], dict[str, Sessions]]
) -> None:
    """The constraint is deferred, so that nothing before COMMIT itself can notice."""
    with admin(own_database("registry")) as eyes:
        eyes.execute("ALTER TABLE reminder DROP CONSTRAINT uq_reminder_request_id_reminded_on")
        eyes.execute("ALTER TABLE reminder ADD UNIQUE (request_id) DEFERRABLE INITIALLY DEFERRED")
    house = House(own_sessions("registry"))
    request = await house.a_request("06.spk", "06.jugendamt")
    spk = house.as_(COORDINATION)

    answers = [await spk.post(f"/requests/{request}/reminders") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 409]


async def test_a_withdrawn_request_is_not_answered_any_more(house: House) -> None:
    request = await house.a_request("06.spk", "06.jugendamt")
    await house.as_(COORDINATION).post(f"/requests/{request}/withdrawal")

    answer = await house.as_(JUGENDAMT).post(f"/requests/{request}/replies", json=ACCEPTED)

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"


async def test_nobody_slips_a_unit_in(house: House) -> None:
    draft = QUESTION | {"addressee": "06.sozialamt", "unit": "06.jugendamt"}

    answer = await house.as_(COORDINATION).post("/requests", json=draft)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/unit"


async def test_a_refusal_speaks_the_callers_language(house: House) -> None:
    said = [
        (await house.as_(SOZIALAMT, **{"accept-language": tongue}).get(f"/requests/{uuid4()}"))
        for tongue in ("de-DE,de;q=0.9,en;q=0.5", "en-GB")
    ]
    assert [answer.headers["content-language"] for answer in said] == ["de", "en"]
