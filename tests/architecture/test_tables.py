"""Every table of every part stands behind the same wall, and tells what its model tells."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from shared.migrating import register_tables
from tests.conftest import PARTS, admin, url

MODULES = {part: "gateway" if part == "gateway" else f"services.{part}" for part in PARTS}
WALLS = """SELECT relname, relforcerowsecurity AND relrowsecurity,
        (SELECT jsonb_object_agg(polname, jsonb_build_array(
             polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid),
             (SELECT rolname FROM pg_roles WHERE pg_roles.oid = ANY (polroles))))
         FROM pg_policy WHERE polrelid = pg_class.oid)
    FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
    AND relname NOT IN ('alembic_version', 'spatial_ref_sys')"""
ASKED = "( SELECT caller_unit() AS caller_unit)"
OWN = f"(unit = {ASKED})"
DISTRICT = "( SELECT caller_district() AS caller_district)"
HOME = f"(split_part(unit, '.'::text, 1) = ANY (ARRAY[{DISTRICT}, 'be'::text]))"
STAFF = "( SELECT caller_is_staff() AS caller_is_staff)"
INTERNAL = f"({STAFF} AND (visibility = 'internal'::text) AND {HOME})"
SHARED = f"(shared_with @> ARRAY[{ASKED}])"
TOLD = f"({STAFF} AND (shared_with @> ARRAY[{DISTRICT}]))"
READABLE = f"((visibility = 'public'::text) OR {OWN} OR {INTERNAL} OR {SHARED} OR {TOLD})"
# The same on every table; who wants another one changes the model (docs/adr/0004).
POLICIES = {
    "reads": ["r", READABLE, None, None],
    "speaks": ["a", None, OWN, None],
    "revises": ["w", OWN, OWN, None],
}
NOT_MODELS = {"journal", "seal", "idempotency", "spatial_ref_sys"}


def policies(table: str, part: str) -> dict[str, Any]:
    """What is to stand before a table; the journal and its seals have a keeper (docs/adr/0019)."""
    owner = f"{part}_owner"
    if table == "seal":
        return {"shown": ["r", "true", None, None], "seals": ["a", None, "true", owner]}
    if table == "journal":
        return POLICIES | {
            "keeps": ["r", "true", None, owner],
            "erases": ["w", "true", "(said IS NULL)", owner],
        }
    return POLICIES


@pytest.mark.parametrize("part", PARTS)
def test_every_table_is_behind_the_wall(template: Callable[[str], str], part: str) -> None:
    with admin(template(part)) as eyes:
        tables = eyes.execute(WALLS).fetchall()
    assert tables
    assert [table for table in tables if table[1:] != (True, policies(table[0], part))] == []


@pytest.mark.parametrize("part", PARTS)
def test_models_and_migrations_tell_the_same_story(
    template: Callable[[str], str], part: str
) -> None:
    register_tables(MODULES[part])
    metadata = import_module(f"{MODULES[part]}.database").Row.metadata

    def ours(name: str | None, kind: str, _: Any) -> bool:
        return not (kind == "table" and name in NOT_MODELS)

    engine = sa.create_engine(url(template(part), f"{part}_owner"), poolclass=sa.NullPool)
    with engine.connect() as connection:
        options = {"include_name": ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


@pytest.mark.parametrize("part", PARTS)
def test_a_service_role_has_no_way_round_the_wall(
    template: Callable[[str], str], part: str
) -> None:
    with admin(template(part)) as eyes:
        rights = eyes.execute(
            """SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,
                      has_schema_privilege(rolname, 'public', 'CREATE')
               FROM pg_roles WHERE rolname = %s""",
            [f"{part}_service"],
        ).fetchone()
    assert rights == (False, False, False, False, False)
