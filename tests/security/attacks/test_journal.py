"""O1, O2, O3, O5: the journal and its chain, on a running platform; O4 is in test_logs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from random import randrange
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from deploy.journal.verifying import Verdict, verify
from deploy.local.environment import owners
from deploy.local.postgres import Cluster
from tests.journeys.started import ROOT, Started, until

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
    """The chains' heads as the public reads them, in a report that nobody has asked for yet."""
    period = {"from": f"20{randrange(10, 25)}-{randrange(1, 13):02}-{randrange(1, 29):02}"}
    report = platform.as_().get("/authority/report", params=period).raise_for_status().json()
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
