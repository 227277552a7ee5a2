"""O1 to O5, O8, H10: the journal, the logs and the house's own pages, on a running platform."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from deploy.journal.verifying import Verdict, verify
from deploy.local.environment import owners
from deploy.local.postgres import Cluster
from tests.journeys.started import ROOT, Started, until
from tests.security.attacks.wire import request, told

COORDINATION = "district_coordination@06.bezirkskoordination"
LEAD = "lead@06.sga"
WALL = "SET session_replication_role = replica"
ITEM = {"title": "Bank", "text": "Hier fehlt eine Bank.", "areas": ["06200419"]}


@pytest.fixture(scope="module")
def cluster(platform: Started) -> Cluster:
    return Cluster(platform.local / "postgres", durable=True)


@pytest.fixture
def superuser(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """Whoever has the machine, and the triggers out of action."""
    address = cluster.url("registry", "postgres").replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(WALL)
        yield connection


def verdict(cluster: Cluster, head: str) -> Verdict:
    """What the verification finds in the registry's journal."""
    address = cluster.url("registry", "registry_owner").replace("+psycopg", "")
    with psycopg.connect(address) as owner:
        return verify(owner, "registry", anchor=head)


def intact(cluster: Cluster, head: str) -> bool:
    """Whether nothing is broken, and the head that somebody kept is still in the chain."""
    found = verdict(cluster, head)
    return found.broken is None and found.anchored


def heads(platform: Started) -> dict[str, str | None]:
    """The chains' heads as the public reads them."""
    report = platform.as_().get("/authority/report").raise_for_status().json()
    return {part["part"]: part["head"] for part in report["parts"]}


TRICKS = {
    "edit": "UPDATE journal SET unit = '06.jugendamt' WHERE seq = (SELECT min(seq) FROM journal)",
    "edit what was said": """UPDATE journal SET said = '{}'
        WHERE seq = (SELECT max(seq) FROM journal)""",
    "delete": "DELETE FROM journal WHERE seq = (SELECT min(seq) + 3 FROM journal)",
    "reorder": """UPDATE journal AS one SET act = other.act FROM journal AS other
        WHERE (one.seq, other.seq) IN (SELECT min(seq), max(seq) FROM journal
            UNION SELECT max(seq), min(seq) FROM journal)""",
    "insert": """INSERT INTO journal OVERRIDING SYSTEM VALUE
        SELECT 0, xact, at, request_id, role, unit, act, resource_type, resource_id, said,
            visibility, shared_with, subject, owner, salt, digest FROM journal LIMIT 1""",
    "truncate": "TRUNCATE journal",
    "cut off the tail": "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)",
    "cut off the tail and its seal": """WITH gone AS (DELETE FROM seal
            WHERE n = (SELECT max(n) FROM seal) RETURNING first_seq)
        DELETE FROM journal USING gone WHERE seq >= gone.first_seq""",
}


@pytest.fixture
def sealed_up(platform: Started, cluster: Cluster) -> str:
    """Everything that was done is sealed; the registry's head, as somebody kept it elsewhere."""
    made = platform.as_(COORDINATION).post("/registry/v1/requests", json=a_request())
    made.raise_for_status()
    rest = "SELECT (SELECT count(*) FROM journal) - (SELECT sum(entries) FROM seal)"
    address = cluster.url("registry", "registry_service").replace("+psycopg", "")
    admin = cluster.url("registry", "postgres").replace("+psycopg", "")
    with (
        psycopg.connect(address, autocommit=True) as service,
        psycopg.connect(admin, autocommit=True) as eyes,
    ):

        def left() -> Any:
            service.execute("SELECT seal_journal(10000)")
            return eyes.execute(rest).fetchone()

        until(left, lambda row: row == (0,))
    head = heads(platform)["registry"]
    assert head
    return head


def a_request() -> dict[str, Any]:
    return {"addressee": "06.jugendamt", "question": "Wie viele?", "wished_by": "2030-01-31"}


@pytest.mark.parametrize("trick", TRICKS)
def test_o1_whoever_changes_the_journal_is_found_out(
    sealed_up: str, cluster: Cluster, superuser: psycopg.Connection, trick: str
) -> None:
    assert intact(cluster, sealed_up)
    superuser.execute("CREATE TEMPORARY TABLE j AS TABLE public.journal")
    superuser.execute("CREATE TEMPORARY TABLE s AS TABLE public.seal")
    try:
        assert superuser.execute(TRICKS[trick].encode()).rowcount
        unnoticed = intact(cluster, sealed_up)
    finally:
        superuser.execute(
            """DELETE FROM public.journal; DELETE FROM public.seal;
               INSERT INTO public.journal OVERRIDING SYSTEM VALUE TABLE j;
               INSERT INTO public.seal OVERRIDING SYSTEM VALUE TABLE s"""
        )
    assert not unnoticed
    assert intact(cluster, sealed_up)


def test_o2_two_who_seal_at_once_make_no_fork(
    platform: Started, sealed_up: str, cluster: Cluster
) -> None:
    """Ours beside the service's own, while changes come in."""
    address = cluster.url("registry", "registry_service").replace("+psycopg", "")
    coordination = platform.as_(COORDINATION)
    with (
        psycopg.connect(address, autocommit=True) as one,
        psycopg.connect(address, autocommit=True) as other,
    ):
        for _ in range(10):
            coordination.post("/registry/v1/requests", json=a_request()).raise_for_status()
            for each in (one, other):
                each.execute("SELECT seal_journal(1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            one.execute("INSERT INTO seal (previous) SELECT previous FROM seal LIMIT 1")

    assert intact(cluster, sealed_up)


def test_o3_while_the_journal_is_away_nothing_is_decided(
    platform: Started, cluster: Cluster
) -> None:
    lead, coordination = platform.as_(LEAD), platform.as_(COORDINATION)
    mine = lead.post("/registry/v1/requests", json=a_request()).raise_for_status().json()["id"]
    withdraw, nobody = f"/registry/v1/requests/{mine}/withdrawal", uuid4()
    publish = f"/registry/v1/requests/{nobody}/replies/{nobody}/publication"
    address = cluster.url("postgres", "postgres").replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute("ALTER DATABASE gateway ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                      " WHERE datname = 'gateway'")  # fmt: skip
        try:
            decided = lead.post(withdraw)
            refused = coordination.post(publish)
            read = lead.get(f"/registry/v1/requests/{mine}")
        finally:
            admin.execute("ALTER DATABASE gateway ALLOW_CONNECTIONS true")

    assert (decided.status_code, decided.json()["type"]) == (503, "/problems/away")
    assert int(decided.headers["retry-after"]) > 0
    assert refused.status_code == 403
    assert (read.status_code, read.json()["withdrawn_on"]) == (200, None)
    until(lambda: lead.post(withdraw).status_code, lambda status: status == 201)


SECRET = "geheim-" + "x" * 8


def test_o4_no_token_body_or_name_is_in_a_log(platform: Started) -> None:
    """What was sent with a secret in every place is looked for in all that the processes say."""
    client = platform.as_(LEAD)
    token = client.headers["authorization"].removeprefix("Bearer ")
    fields = {"user-agent": SECRET, "cookie": f"a={SECRET}", "referer": f"http://{SECRET}/"}
    draft = a_request() | {"question": SECRET, "purpose": f"für Erika {SECRET}"}
    client.post("/registry/v1/requests", json=draft, headers=fields).raise_for_status()
    client.post("/registry/v1/requests", json={"question": SECRET})
    client.get(f"/registry/v1/units/{SECRET}", headers=fields)
    client.get(f"/{SECRET}/v1/units?name={SECRET}", headers=fields)
    client.get(f"/registry/v1/units?{SECRET}=1")
    item = ITEM | {"text": f"Erika {SECRET}", "point": {"lon": 13.3085, "lat": 52.4096}}
    link = platform.as_().post("/participation/v1/items", json=item)
    bad = {"authorization": f"Bearer {SECRET}", "idempotency-key": SECRET}
    platform.as_(**bad).post("/registry/v1/requests", json=draft)
    last = platform.as_(**{"x-request-id": "the-last-of-these"}).get("/registry/v1/units")
    assert last.status_code == 200
    said = until(lambda: platform.said, lambda text: text.count("the-last-of-these") >= 2)

    assert link.status_code == 201
    hidden = [SECRET, token, token.split(".")[2], link.headers["x-contribution-link"], "Erika"]
    assert [word for word in hidden if word in said] == []
    assert "Bearer" not in said
    assert "eyJ" not in said


BREAKS = [
    "%0d%0aforged",
    "a\tb-forged",
    '", "forged": "',
    "x" * 65 + "forged",
    "forged ü",
    "{forged}",
]
AMBIGUOUS = [
    "X-Request-Id: a\rforged: 1",
    "X-Request-Id: a\nforged-b",
    "X-Request-Id: aaaaaaaa\r\nX-Request-Id: bbbbbbbb",
    "X-Request-Id: a\0forged",
]


@pytest.mark.parametrize("given", BREAKS)
def test_h10_o4_a_request_id_that_is_no_plain_word_is_replaced(
    platform: Started, given: str
) -> None:
    answer = told(
        platform.address, request("GET /registry/v1/units HTTP/1.1", f"X-Request-Id: {given}")
    )

    assert answer.status == 200
    assert len(answer.headers["x-request-id"]) == 36
    assert "forged" not in answer.whole


@pytest.mark.parametrize("line", AMBIGUOUS)
def test_h10_an_ambiguous_request_id_is_refused(platform: Started, line: str) -> None:
    answer = told(platform.address, request("GET /registry/v1/units HTTP/1.1", line))

    assert answer.status == 400
    assert "forged" not in answer.whole


def test_h10_every_log_line_is_one_object_whatever_was_sent(platform: Started) -> None:
    for given in BREAKS:
        told(platform.address, request("GET /registry/v1/units HTTP/1.1", f"X-Request-Id: {given}"))
    told(platform.address, request("GET /registry/v1/units%0aforged HTTP/1.1"))

    lines = [line.partition("| ")[2] for line in platform.said.splitlines() if "| {" in line]
    assert lines
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert "forged" not in platform.said


def test_h10_a_request_id_used_twice_confuses_nobody(platform: Started, cluster: Cluster) -> None:
    """It follows a request through the house and identifies nobody: each entry says who."""
    id_ = f"twice-{uuid4()}"
    for hat in (LEAD, COORDINATION):
        client = platform.as_(hat, **{"x-request-id": id_})
        client.post("/registry/v1/requests", json=a_request()).raise_for_status()

    address = cluster.url("registry", "postgres").replace("+psycopg", "")
    with psycopg.connect(address) as eyes:
        told_apart = "SELECT DISTINCT unit, subject FROM journal WHERE request_id = %s"
        assert len(eyes.execute(told_apart, [id_]).fetchall()) == 2


def test_o5_the_chain_has_no_key_that_could_be_lost(cluster: Cluster, sealed_up: str) -> None:
    """Its strength is the head that is kept elsewhere; the rows alone are enough to verify it."""
    environment = {"PATH": os.environ["PATH"]} | owners(cluster)
    done = subprocess.run(
        [sys.executable, "-m", "deploy.command", "journal", "verify", "--head", sealed_up],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0


INSIDE = [
    "/metrics",
    "/health",
    "/health/metrics",
    "/health/../metrics",
    "/health/%2e%2e/metrics",
    "/health//metrics",
    "/registry/metrics",
    "/registry/health/live",
    "/registry/v1/metrics",
    "/registry/v1/health/ready",
    "/datahub/v1/docs",
    "/redoc",
    "/docs/oauth2-redirect",
    "/registry/v1/openapi.json",
    "/server-status",
    "/debug",
]


@pytest.mark.parametrize("path", INSIDE)
def test_o8_what_is_for_the_house_alone_is_not_served(platform: Started, path: str) -> None:
    answer = told(platform.address, request(f"GET {path} HTTP/1.1"))

    assert answer.status in {400, 404}
    assert "kiez_request_seconds" not in answer.whole
    assert "python_info" not in answer.whole


def test_o8_health_says_that_it_is_well_and_no_more(platform: Started) -> None:
    for path in ("/health/live", "/health/ready"):
        answer = platform.as_().get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert not {"server", "x-powered-by"} & set(answer.headers)


def test_o8_the_services_listen_to_the_house_alone(platform: Started) -> None:
    """From this machine's own address, not the loopback one, nobody answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        outside = probe.getsockname()[0]
    for part, port in platform.house["ports"].items():
        with pytest.raises(OSError):  # noqa: PT011 - refused, whichever way
            socket.create_connection((outside, port), timeout=1).close()
        assert part


def test_o8_a_service_itself_believes_nobody_without_the_gateways_word(
    platform: Started,
) -> None:
    for path in ("/registry/v1/units", "/registry/v1/events/tally"):
        direct = platform.at("registry").get(path)
        assert direct.status_code == 401
