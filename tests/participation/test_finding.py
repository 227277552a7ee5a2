"""Where an item lies and who may be responsible is found out later, in parts, and only once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from procrastinate.jobs import Job

from services.participation.clients.away import PartAway
from services.participation.clients.datahub import Datahub
from services.participation.clients.registry import Ledger
from services.participation.items.jobs import LONGEST_PAUSE, Finder, UntilFound
from services.participation.worker import app_for
from shared.clock import now
from shared.database import Sessions
from tests.conftest import admin, url
from tests.house import House
from tests.participation.concern import (
    COORDINATION,
    STATION,
    a_link,
    an_item,
    finder,
    read,
    speaker,
    status,
    with_areas,
    with_ledger,
)
from tests.participation.others import LOCATE, LOOKUP, PLACE, Others

OURS = " WHERE queue_name = 'items'"


@pytest.fixture
def others() -> Others:
    return Others()


@pytest.fixture
def seeker(others: Others, sessions: dict[str, Sessions]) -> Finder:
    client = others.client()
    return Finder(sessions["participation"], Datahub(client), Ledger(client))


async def seek(seeker: Finder, item: dict[str, Any]) -> None:
    await seeker.find_out(UUID(item["id"]), "job-1")


async def test_an_item_is_located_and_its_topic_looked_up_there(
    house: House, others: Others, seeker: Finder
) -> None:
    item = await an_item(house)

    await seek(seeker, item)

    shown = await read(house, item)
    assert shown["location"] == {
        "state": "located",
        "lor_version": "2021",
        "planning_area": "06200419",
        "region": "062004",
        "forecast_area": "0620",
        "district": "06",
        "schematic": True,
    }
    (suggestion,) = shown["suggestions"]
    assert suggestion["unit"] == "06.participation"
    assert (suggestion["topic"], suggestion["lead"]) == ("roads", "06.sga")
    assert suggestion["explanation_en"] == "The SGA has the lead."
    assert [dict(asked.params) for asked in others.asked] == [
        {"lon": "13.3085", "lat": "52.4096", "version": "2021"},
        {"topic": "roads", "area": "06200419"},
    ]


async def test_found_out_twice_nothing_is_asked_or_said_twice(
    house: House, others: Others, seeker: Finder
) -> None:
    item = await an_item(house)
    await seek(seeker, item)
    before = await read(house, item)
    others.asked.clear()

    await seek(seeker, item)

    assert others.asked == []
    assert await read(house, item) == before


async def test_two_workers_at_once_say_it_once(
    house: House, others: Others, seeker: Finder
) -> None:
    """While the one waits for the data hub, the other asks, is answered and writes it down."""
    item = await an_item(house)
    others.meanwhile = lambda: seek(seeker, item)

    await seek(seeker, item)

    shown = await read(house, item)
    assert (shown["location"]["state"], len(shown["suggestions"])) == ("located", 1)
    assert others.times_asked(LOCATE) == 2


async def test_two_workers_at_the_ledger_say_it_once(
    house: House, others: Others, seeker: Finder
) -> None:
    item = await an_item(house, point=None, areas=["062004"])
    others.meanwhile = lambda: seek(seeker, item)

    await seek(seeker, item)

    assert len((await read(house, item))["suggestions"]) == 1
    assert others.times_asked(LOOKUP) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_while_the_data_hub_is_away_the_item_is_shown_as_pending(
    house: House, others: Others, seeker: Finder, status: int
) -> None:
    item = await an_item(house)
    others.problems[LOCATE] = (status, "away")

    with pytest.raises(PartAway):
        await seek(seeker, item)
    assert (await read(house, item))["location"]["state"] == "pending"
    others.problems.clear()
    await seek(seeker, item)

    assert (await read(house, item))["location"]["state"] == "located"


async def test_what_is_found_stays_while_the_ledger_is_away(
    house: House, others: Others, seeker: Finder
) -> None:
    item = await an_item(house)
    others.away.add(LOOKUP)

    with pytest.raises(PartAway):
        await seek(seeker, item)
    half = await read(house, item)
    others.away.clear()
    await seek(seeker, item)

    assert (half["location"]["state"], half["suggestions"]) == ("located", [])
    assert len((await read(house, item))["suggestions"]) == 1
    assert others.times_asked(LOCATE) == 1


async def test_each_topic_is_looked_up_by_itself(
    house: House, others: Others, seeker: Finder
) -> None:
    item = await an_item(house, topics=["roads", "parks", "roads"])

    await seek(seeker, item)

    assert [each["topic"] for each in (await read(house, item))["suggestions"]] == [
        "roads",
        "parks",
    ]


@pytest.mark.parametrize(("status", "slug"), [(422, "outside-berlin"), (404, "not-covered")])
async def test_a_point_outside_is_said_to_be_outside(
    house: House, others: Others, seeker: Finder, status: int, slug: str
) -> None:
    item = await an_item(house)
    others.problems[LOCATE] = (status, slug)

    await seek(seeker, item)

    assert (await read(house, item))["location"]["state"] == "outside"
    assert others.times_asked(LOOKUP) == 0


async def test_a_topic_the_ledger_does_not_know_is_a_gap_that_is_shown(
    house: House, others: Others, seeker: Finder
) -> None:
    item = await an_item(house, topics=["unicorns"])
    others.problems[LOOKUP] = (422, "unknown-topic")

    await seek(seeker, item)

    (suggestion,) = (await read(house, item))["suggestions"]
    assert (suggestion["lead"], suggestion["gap"]) == (None, True)
    assert "unicorns" in suggestion["explanation_de"]


async def test_a_level_without_areas_stays_empty(
    house: House, others: Others, seeker: Finder
) -> None:
    item = await an_item(house)
    others.answers[LOCATE] = PLACE | {"planning_area": None, "district_region": None}

    await seek(seeker, item)

    location = (await read(house, item))["location"]
    assert (location["planning_area"], location["forecast_area"]) == (None, "0620")
    assert others.asked[-1].params["area"] == "0620"


async def test_an_area_that_was_stated_needs_no_data_hub(
    house: House, others: Others, seeker: Finder
) -> None:
    item = await an_item(house, point=None, areas=["062004", "061001"])

    await seek(seeker, item)

    assert others.times_asked(LOCATE) == 0
    assert others.asked[-1].params["area"] == "062004"


async def test_nothing_is_asked_about_what_was_withdrawn(
    house: House, others: Others, seeker: Finder
) -> None:
    link = await a_link(house)
    item = await an_item(house, link=link)
    await speaker(house, **{"x-contribution-link": link}).post(f"/items/{item['id']}/withdrawal")

    await seek(seeker, item)

    assert others.asked == []


async def test_an_internal_item_is_found_out_about_and_stays_internal(
    house: House, others: Others, seeker: Finder
) -> None:
    """The machine is no staff: it reads what was shared with it, and nothing gets out by it."""
    link = await a_link(house)
    item = await an_item(house, link=link, visibility="internal")

    await seek(seeker, item)

    assert (await read(house, item, COORDINATION))["location"]["state"] == "located"
    author = await read(house, item, **{"x-contribution-link": link})
    assert (author["location"]["state"], len(author["suggestions"])) == ("located", 1)
    assert (await speaker(house).get(f"/items/{item['id']}")).status_code == 404


async def test_the_real_data_hub_and_the_real_ledger_answer_through_the_gate(
    house: House, sessions: dict[str, Sessions]
) -> None:
    await with_areas(house)
    await with_ledger(house)
    item = await an_item(house, point=STATION)
    unknown = await an_item(house, topics=["unicorns"])
    elsewhere = await an_item(house, point={"lon": 13.4132, "lat": 52.5219})

    for each in (item, unknown, elsewhere):
        await seek(finder(house, sessions["participation"]), each)

    shown = await read(house, item)
    assert shown["location"]["region"] == "062004"
    assert shown["location"]["schematic"] is True
    assert [each["lead"] for each in shown["suggestions"]] == ["06.sga"]
    assert "06.sga" in shown["suggestions"][0]["explanation_de"]
    assert [each["gap"] for each in (await read(house, unknown))["suggestions"]] == [True]
    assert (await read(house, elsewhere))["location"]["state"] == "outside"
    assert (await status(house, item))["standing"] == "in_review"


def test_pauses_grow_to_five_minutes_and_never_end() -> None:
    def pause(attempts: int) -> float:
        job = Job(
            id=1,
            queue="items",
            lock=None,
            queueing_lock=None,
            task_name="items.locate",
            attempts=attempts,
        )
        decision = UntilFound().get_retry_decision(exception=PartAway(), job=job)
        assert decision.retry_at is not None
        return round((decision.retry_at - now()).total_seconds())

    assert [pause(attempts) for attempts in (0, 1, 2, 7, 8, 1000)] == [2, 4, 8, 256] + [
        LONGEST_PAUSE
    ] * 2


async def test_the_job_is_kept_with_the_item_and_finishes_when_the_other_is_back(
    own_database: Callable[[str], str],
    own_sessions: Callable[[str], dict[str, Sessions]],
    others: Others,
) -> None:
    database, parts = own_database("participation"), own_sessions("participation")
    house, mine = House(parts), parts["participation"]
    client = others.client()
    given = {"finder": Finder(mine, Datahub(client), Ledger(client))}
    others.away.add(LOCATE)
    with admin(database) as eyes:
        eyes.execute("SET search_path = jobs, public")
        item = await an_item(house)
        refused = await speaker(house).post("/items", json={"title": "ohne Ort"})
        jobs = eyes.execute("SELECT task_name, args FROM procrastinate_jobs").fetchall()
        app = app_for(url(database, "participation_service"))
        async with app.open_async():
            how: dict[str, Any] = {
                "wait": False,
                "install_signal_handlers": False,
                "listen_notify": False,
                "queues": ["items"],
                "additional_context": given,
                "delete_jobs": "successful",
            }
            await app.run_worker_async(**how)
            waiting = eyes.execute(
                "SELECT attempts, status, scheduled_at > now() FROM procrastinate_jobs" + OURS
            ).fetchall()
            others.away.clear()
            eyes.execute("UPDATE procrastinate_jobs SET scheduled_at = now()" + OURS)
            await app.run_worker_async(**how)
        left = eyes.execute("SELECT status FROM procrastinate_jobs" + OURS).fetchall()

    assert refused.status_code == 422
    assert jobs == [("items.locate", {"item_id": item["id"]})]
    assert waiting == [(1, "todo", True)]
    assert left == []
    assert (await read(house, item))["location"]["state"] == "located"
