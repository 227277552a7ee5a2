"""The Senate's records and their reading over HTTP: who reads them, and that nobody edits them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg.errors import CheckViolation, ForeignKeyViolation, InsufficientPrivilege

from services.datahub.senate.connectors.trouble import Failing
from shared.authority import Hat, Role
from tests.conftest import login
from tests.datahub.partners import Datahub, Partners
from tests.house import JUGENDAMT, House

DATA = Hat(Role.DATA_COORDINATION, "06.spk")
AT = "/datahub/v1/senate"


def client(hub: Datahub, *hats: Hat) -> httpx.AsyncClient:
    return House(hub.parts).as_(*hats, at=AT)


async def shown(hub: Datahub, path: str, **query: Any) -> Any:
    answer = await client(hub, DATA).get(path, params=query)
    return answer.raise_for_status().json()


async def test_a_connector_tells_its_last_run_its_next_and_whose_format_it_speaks(
    hub: Datahub, stub: Partners
) -> None:
    await hub.collect("prisma")

    prisma, wofis, _ = (await shown(hub, "/connectors"))["items"]

    assert prisma == await shown(hub, "/connectors/prisma")
    assert (prisma["unit"], prisma["format"]) == ("be.prisma", "kiezknoten/1")
    assert prisma["last_run"]["outcome"] == "done"
    assert prisma["last_run"]["seen"] == len(stub.truth("prisma"))
    assert wofis["last_run"] is None
    assert datetime.fromisoformat(prisma["next_at"]) > datetime.now(UTC)


async def test_a_failed_run_tells_why_and_how_far_it_came(hub: Datahub, stub: Partners) -> None:
    stub.steer("prisma", "failing", after_pages=3)
    with pytest.raises(Failing):
        await hub.collect("prisma")

    (run,) = (await shown(hub, "/connectors/prisma/runs"))["items"]

    assert run == await shown(hub, f"/runs/{run['id']}")
    assert (run["outcome"], run["pages"], run["unit"]) == ("failed", 3, "be.prisma")
    assert run["share_done"] == pytest.approx(150 / 352)
    assert (run["failure"]["code"], run["failure"]["detail"]) == ("failing", "HTTP 503")
    assert run["failure"]["de"] != run["failure"]["en"]


async def test_values_are_found_by_area_and_indicator(hub: Datahub, stub: Partners) -> None:
    await hub.collect("prisma")
    truth = [says for _, _, says in stub.truth("prisma").values()]

    found = await shown(
        hub, "/indicator-values", area="062004", indicator="kid_kinderarmut", limit=1000
    )

    expected = {
        (each["area_key"], each["period"], each["value"], each["status"])
        for each in truth
        if each["area_key"].startswith("062004") and each["indicator"] == "kid_kinderarmut"
    }
    keys = ("area_key", "period", "value", "status")
    assert {tuple(item[key] for key in keys) for item in found["items"]} == expected
    assert len(expected) == 12


async def test_secret_missing_and_zero_are_shown_as_what_they_are(hub: Datahub) -> None:
    await hub.collect("prisma")

    items = (await shown(hub, "/indicator-values", limit=1000))["items"]

    without = {item["status"] for item in items if item["value"] is None}
    assert without == {"L", "M", "O", "Q"}
    assert {item["status"] for item in items if item["value"] == 0} <= {"A", "P"}
    assert any(item["value"] == 0 for item in items)
    landweg = {item["status"] for item in items if item["area_key"] == "06200418"}
    assert landweg == {"Q"}


async def test_sites_are_shown_where_they_are(hub: Datahub, stub: Partners) -> None:
    await hub.collect("wofis")
    await hub.collect("sofis")

    housing = (await shown(hub, "/housing-sites", area="062004"))["items"]
    kitas = (await shown(hub, "/infrastructure-sites", area="0620", kind="kita"))["items"]

    assert {site["area_key"] for site in housing} == {"062004"}
    assert len(housing) == 8
    assert len(kitas) == 4
    for site in housing:
        lon, lat = site["point"]["coordinates"]
        assert (13.30 < lon < 13.34, 52.41 < lat < 52.43) == (True, True)


async def test_who_keeps_in_step_learns_what_is_gone(hub: Datahub, stub: Partners) -> None:
    await hub.collect("wofis")
    since = datetime.now(UTC).isoformat()
    (key,) = stub.change("wofis", remove=1)
    await hub.collect("wofis")

    all_there_are = (await shown(hub, "/housing-sites", limit=1000))["items"]
    changed = (await shown(hub, "/housing-sites", modified_since=since))["items"]

    assert key not in {site["key"] for site in all_there_are}
    assert [(site["key"], site["gone_at"] is not None) for site in changed] == [(key, True)]


async def test_only_the_administration_reads_what_the_senate_tells(hub: Datahub) -> None:
    await hub.collect("wofis")
    hats = ((), (Hat(Role.CITIZEN, "person"),), (Hat(Role.PARTNER, "06.traeger"),))

    refused = [(await client(hub, *hat).get("/housing-sites")).status_code for hat in hats]

    assert refused == [401, 403, 403]
    assert (await client(hub, JUGENDAMT).get("/housing-sites")).status_code == 200


async def test_an_office_cannot_have_a_system_read_and_is_told_who_can(hub: Datahub) -> None:
    answer = await client(hub, JUGENDAMT).post("/connectors/wofis/runs")

    assert answer.status_code == 403
    assert answer.json()["who_may"] == ["data_coordination"]


async def test_a_request_and_its_job_are_kept_together_or_not_at_all(hub: Datahub) -> None:
    hub.execute("ALTER TABLE sync_request ADD CHECK (reason <> 'scheitert')")
    jobs = "SELECT count(*) FROM jobs.procrastinate_jobs"

    failed = await client(hub, DATA).post("/connectors/wofis/runs", json={"reason": "scheitert"})
    without = hub.rows(jobs)
    kept = await client(hub, DATA).post("/connectors/wofis/runs")

    assert (failed.status_code, kept.status_code) == (409, 201)
    assert (without, hub.rows(jobs)) == ([(0,)], [(1,)])


async def test_a_system_that_nobody_knows_is_not_there(hub: Datahub) -> None:
    there = [
        (await client(hub, DATA).get("/connectors/alkis")).status_code,
        (await client(hub, DATA).post("/connectors/alkis/runs")).status_code,
        (await client(hub, DATA).get(f"/runs/{uuid4()}")).status_code,
    ]
    assert there == [404, 404, 404]


@pytest.fixture
def sql(hub: Datahub) -> Iterator[psycopg.Connection]:
    with login(hub.database, "datahub_service") as connection:
        yield connection
        connection.rollback()


def speak_as(sql: psycopg.Connection, unit: str) -> None:
    sql.execute(
        "SELECT set_config('kiez.unit', %s, true), set_config('kiez.staff', 'yes', true)", [unit]
    )


SITE = """INSERT INTO sofis_site
    (id, unit, visibility, shared_with, created_at, modified_at, key, area_key, lor_version,
     told_at, kind, name, point)
    VALUES (gen_random_uuid(), %s, 'internal', '{}', now(), now(), 'mine', '06', '2021', now(),
     'kita', 'x', 'SRID=25833;POINT(385000 5810000)')"""
RUN = """INSERT INTO sync_run VALUES (gen_random_uuid(), %s, 'internal', '{}', now(), now(), %s,
    NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, now(), NULL, NULL, '')"""


async def test_what_the_senate_told_is_edited_by_nobody_else(
    hub: Datahub, sql: psycopg.Connection
) -> None:
    await hub.collect("sofis")
    speak_as(sql, "06.spk")

    assert sql.execute("UPDATE sofis_site SET capacity = 1").rowcount == 0
    with pytest.raises(InsufficientPrivilege):
        sql.execute("DELETE FROM sofis_site")


def test_nobody_puts_a_record_of_its_own_among_the_senates(sql: psycopg.Connection) -> None:
    speak_as(sql, "06.spk")
    with pytest.raises(CheckViolation, match="said_by_the_senate"):
        sql.execute(SITE, ["06.spk"])


async def test_only_the_system_that_was_asked_says_it_was_read(
    hub: Datahub, sql: psycopg.Connection
) -> None:
    answer = await client(hub, DATA).post("/connectors/wofis/runs")
    request = answer.json()["id"]

    speak_as(sql, "be.prisma")
    with pytest.raises(ForeignKeyViolation):
        sql.execute(RUN, ["be.prisma", request])
    sql.rollback()
    speak_as(sql, "be.wofis")
    assert sql.execute(RUN, ["be.wofis", request]).rowcount == 1


@pytest.mark.parametrize("path", ["/prisma/records", "/wofis/state", "/_state"])
def test_the_stub_asks_for_its_token(stub: Partners, path: str) -> None:
    assert httpx.get(stub.address + path).status_code == 401
    assert stub.http.get(path).status_code == 200
