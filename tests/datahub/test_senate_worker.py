"""The data hub's worker: on request and every night, cut off and taken up again, stopped, away."""

import asyncio
import json
import signal
import subprocess
from datetime import UTC, datetime
from typing import Any

import procrastinate
import pytest
from procrastinate.periodic import PeriodicDeferrer

from services.datahub.senate import queries, rules
from shared import working
from shared.authority import Hat, Role
from shared.clock import now
from tests.datahub.partners import TABLES, Datahub, Partners, a_worker, until
from tests.house import House

DATA = Hat(Role.DATA_COORDINATION, "06.spk")
# A worker's own process heeds the real clock, too, and may read besides what was asked for.
JOBS = "SELECT status::text, attempts FROM jobs.procrastinate_jobs WHERE args ? 'request_id'"
ASKED = "SELECT finished_at IS NOT NULL FROM sync_run WHERE request_id IS NOT NULL"


async def ask(hub: Datahub, name: str) -> str:
    client = House(hub.parts).as_(DATA, at="/datahub/v1/senate")
    answer = await client.post(f"/connectors/{name}/runs", json={"reason": "für die AG"})
    return str(answer.raise_for_status().json()["id"])


async def standing(hub: Datahub, request: str) -> Any:
    client = House(hub.parts).as_(DATA, at="/datahub/v1/senate")
    return (await client.get(f"/requests/{request}")).raise_for_status().json()


async def a_night(app: procrastinate.App, hours: int = 0) -> None:
    """The schedule as it is at the next 03:10, or hours later; the clock alone is turned on."""
    deferrer = PeriodicDeferrer(app.periodic_registry)
    at = rules.next_night(now()).timestamp() + 3600 * hours + 1
    await deferrer.defer_jobs(list(deferrer.get_previous_tasks(at=at)))


async def an_hour_later(app: procrastinate.App) -> None:
    await a_night(app, hours=1)


async def test_who_asks_gets_a_run(hub: Datahub, stub: Partners) -> None:
    request = await ask(hub, "prisma")
    waiting = await standing(hub, request)

    await hub.work_off()

    done = await standing(hub, request)
    assert (waiting["standing"], done["standing"]) == ("waiting", "done")
    assert hub.rows("SELECT id::text, unit FROM sync_run") == [(done["run_id"], "be.prisma")]
    assert hub.kept("prisma") == stub.truth("prisma")


async def test_every_night_all_systems_are_read(hub: Datahub, stub: Partners) -> None:
    await hub.work_off(before=a_night)

    assert all(hub.kept(name) == stub.truth(name) for name in TABLES)


async def test_a_night_that_was_read_is_not_read_again(hub: Datahub) -> None:
    await hub.work_off(before=a_night)
    runs = hub.rows("SELECT count(*) FROM sync_run")

    await hub.work_off(before=an_hour_later)

    assert hub.rows("SELECT count(*) FROM sync_run") == runs == [(3,)]


async def test_a_partner_that_fails_at_night_is_read_an_hour_later(
    hub: Datahub, stub: Partners
) -> None:
    stub.steer("prisma", "failing", after_pages=2)
    await hub.work_off(before=a_night)
    failed = [run[-1] for run in hub.runs("prisma")]
    stub.steer("prisma", "normal")

    await hub.work_off(before=an_hour_later)

    assert (failed, hub.runs("prisma")[-1][-1]) == (["failing"], None)
    assert len(hub.runs("wofis")) == 1, "what was read in the night is left alone"
    assert hub.kept("prisma") == stub.truth("prisma")


async def test_a_failed_request_says_why_and_the_next_one_goes_on(
    hub: Datahub, stub: Partners
) -> None:
    stub.steer("prisma", "html", after_pages=3)
    first = await ask(hub, "prisma")
    await hub.work_off()
    stub.steer("prisma", "normal")
    second = await ask(hub, "prisma")
    await hub.work_off()

    assert (await standing(hub, first))["standing"] == "failed"
    assert (await standing(hub, second))["standing"] == "done"
    assert [run[0] for run in hub.runs("prisma")] == [3, 5]
    assert hub.kept("prisma") == stub.truth("prisma")


async def test_jobs_of_one_system_run_one_after_another(hub: Datahub, stub: Partners) -> None:
    """The second is not even begun, and so needs no second attempt."""
    stub.steer("wofis", "slow", seconds=0.2)
    for _ in range(2):
        await ask(hub, "wofis")

    await hub.work_off(concurrency=4)

    assert sorted(hub.rows(JOBS)) == [("succeeded", 1), ("todo", 0)]


async def test_a_system_without_an_address_is_not_waited_for(hub: Datahub) -> None:
    request = await ask(hub, "sofis")
    with a_worker(hub.environment(DATAHUB_PARTNERS="{}")):
        await until(lambda: hub.rows(ASKED) == [(True,)])

    assert (await standing(hub, request))["standing"] == "failed"
    assert hub.runs("sofis") == [(0, 0, 0, 0, 0, 0, "no_address")]


async def test_a_request_that_meets_another_reader_is_put_off(hub: Datahub) -> None:
    await ask(hub, "prisma")
    async with queries.alone(hub.sessions, "be.prisma"):
        await hub.work_off()

    assert hub.rows(JOBS) == [("todo", 1)]
    assert hub.runs("prisma") == []


async def test_a_worker_killed_in_the_middle_is_replaced_and_its_run_goes_on(
    hub: Datahub, stub: Partners
) -> None:
    stub.steer("prisma", "slow", seconds=0.2)
    request = await ask(hub, "prisma")
    with a_worker(hub.environment()) as first:
        await until(lambda: hub.rows(f"{ASKED} AND pages >= 2"))
        first.send_signal(signal.SIGKILL)
        first.wait()
    stub.steer("prisma", "normal")
    kept = hub.untouched("prisma")
    await asyncio.sleep(0.5)

    async def take_up(app: procrastinate.App) -> None:
        await working.take_up(app, silence=0.1)

    await hub.work_off(before=take_up)

    ((pages, *_, failure),) = hub.runs("prisma")
    assert 100 <= len(kept) < 352
    assert [row for row in hub.untouched("prisma") if row in kept] == kept
    assert (pages, failure) == (8, None)
    assert hub.rows("SELECT attempts FROM sync_run WHERE unit = 'be.prisma'") == [(2,)]
    assert (await standing(hub, request))["standing"] == "done"
    assert hub.kept("prisma") == stub.truth("prisma")


async def test_a_worker_told_to_stop_gives_its_job_back(hub: Datahub, stub: Partners) -> None:
    stub.steer("prisma", "slow", seconds=3)
    await ask(hub, "prisma")
    with a_worker(hub.environment()) as process:
        await until(lambda: hub.rows(f"{ASKED} AND as_of IS NOT NULL"))
        process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(process.wait, 15)
        assert process.stderr
        lines = [json.loads(line) for line in process.stderr]

    assert code == 0
    assert lines[-1]["event"] == "stopped"
    assert hub.rows(JOBS) == [("todo", 1)]
    assert hub.rows(ASKED) == [(False,)]
    assert hub.rows("SELECT count(*) FROM jobs.procrastinate_workers") == [(0,)]


async def test_a_worker_outlasts_a_database_that_is_away(hub: Datahub, stub: Partners) -> None:
    with a_worker(hub.environment()) as process:
        await until(lambda: hub.rows("SELECT 1 FROM jobs.procrastinate_workers"))
        hub.shut_out(away=True)
        await asyncio.sleep(7)
        hub.shut_out(away=False)
        request = await ask(hub, "wofis")
        await until(lambda: hub.rows(ASKED) == [(True,)], 40)
        assert process.poll() is None

    assert (await standing(hub, request))["standing"] == "done"
    assert hub.kept("wofis") == stub.truth("wofis")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"DATAHUB_PARTNER_TOKEN": None}, "DATAHUB_PARTNER_TOKEN"),
        ({"DATAHUB_PARTNERS": '{"prisma": "ftp://x"}'}, "DATAHUB_PARTNERS.PRISMA"),
        ({"DATAHUB_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"}, "database"),
    ],
)
def test_a_worker_that_cannot_begin_says_why_and_ends(
    hub: Datahub, wrong: dict[str, str | None], said: str
) -> None:
    told = hub.environment() | wrong
    with a_worker({name: value for name, value in told.items() if value}) as process:
        try:
            _, lines = process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            pytest.fail("it went on without what it needs")

    (line,) = lines.splitlines()
    assert process.returncode == 1
    assert said in line
    assert datetime.fromisoformat(json.loads(line)["timestamp"]).tzinfo == UTC
