"""The wall below the code: what the database lets be said about areas, and by whom."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg import errors

from tests.conftest import admin, login

INSERT = """INSERT INTO area (id, unit, visibility, shared_with, created_at, modified_at,
    lor_version, level, key, name, folded, parent_key, facts_rank, source_file, source_sha256,
    precision, licence, attribution, valid_from)
    VALUES (gen_random_uuid(), %s, 'public', '{}', now(), now(), '2021', %s, %s, 'x', 'x', %s, 0,
    'f', 's', 'none', 'l', 'a', '2021-01-01')"""


def speaking_as(connection: psycopg.Connection, unit: str) -> None:
    connection.execute("SELECT set_config('kiez.unit', %s, true)", [unit])


@pytest.mark.parametrize(
    ("speaker", "unit", "level", "key", "parent", "error"),
    [
        ("06.spk", "be.statistik", "district", "06", None, errors.InsufficientPrivilege),
        ("06.spk", "06.spk", "district", "06", None, errors.CheckViolation),
        ("be.statistik", "be.statistik", "district", "0610", "06", errors.CheckViolation),
        ("be.statistik", "be.statistik", "forecast_area", "0610", "07", errors.CheckViolation),
        ("be.statistik", "be.statistik", "district", "13", None, errors.CheckViolation),
    ],
)
def test_only_the_statistical_office_says_what_an_area_is(
    own_database: Callable[[str], str],
    speaker: str,
    unit: str,
    level: str,
    key: str,
    parent: str | None,
    error: type[Exception],
) -> None:
    with login(own_database("datahub"), "datahub_service") as connection:
        speaking_as(connection, speaker)
        with pytest.raises(error):
            connection.execute(INSERT, [unit, level, key, parent])


def test_nobody_else_changes_an_area_and_nobody_removes_one(
    own_database: Callable[[str], str],
) -> None:
    with login(own_database("datahub"), "datahub_service") as connection:
        speaking_as(connection, "be.statistik")
        connection.execute(INSERT, ["be.statistik", "district", "06", None])
        speaking_as(connection, "06.spk")
        assert connection.execute("UPDATE area SET name = 'y'").rowcount == 0
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("DELETE FROM area")


def test_row_policies_let_a_search_by_place_use_the_index(
    own_database: Callable[[str], str],
) -> None:
    database = own_database("datahub")
    with admin(database) as eyes:
        owner = eyes.execute(
            "SELECT proleakproof FROM pg_proc WHERE oid = "
            "'geometry_overlaps(geometry, geometry)'::regprocedure"
        ).fetchone()
    with login(database, "datahub_service") as connection:
        connection.execute("SET enable_seqscan = off")
        plan = connection.execute(
            "EXPLAIN SELECT id FROM area WHERE geometry && ST_MakeEnvelope(0, 0, 1, 1, 25833)"
        ).fetchall()
    assert owner == (True,)
    assert any("Index Cond: (geometry && " in line for (line,) in plan)
