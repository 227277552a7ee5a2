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
        (SELECT array_agg(polname::text ORDER BY polname) FROM pg_policy
         WHERE polrelid = pg_class.oid)
    FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
    AND relname NOT IN ('alembic_version', 'spatial_ref_sys')"""
NOT_MODELS = {"journal", "idempotency", "spatial_ref_sys"}


@pytest.mark.parametrize("part", PARTS)
def test_every_table_is_behind_the_wall(template: Callable[[str], str], part: str) -> None:
    with admin(template(part)) as eyes:
        tables = eyes.execute(WALLS).fetchall()
    assert tables
    assert [t for t in tables if t[1:] != (True, ["reads", "revises", "speaks"])] == []


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
