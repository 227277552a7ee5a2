"""One row, one voice: what every table has, and the row policies that keep it so."""

import secrets
import time
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ARRAY, DateTime, Text
from sqlmodel import Field, SQLModel

from shared.clock import now

CONSTRAINT_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


# Where a district's key stands in a unit's code, the units of the Land have this.
BERLIN = "be"


class Visibility(StrEnum):
    """Who reads a row besides its own unit and those it is shared with.

    `internal` is for the staff of the unit's district.
    """

    PUBLIC = "public"
    INTERNAL = "internal"
    UNIT = "unit"


def uuid7() -> UUID:
    """A random id that sorts by the time it was made (RFC 9562, 5.7)."""
    head = time.time_ns() // 1_000_000 << 80 | 0x7 << 76 | 0b10 << 62
    return UUID(int=head | secrets.randbits(12) << 64 | secrets.randbits(62))


class Statement(SQLModel):
    """What exactly one unit says; nobody else writes it. Each service derives its `Row` from it.

    Fields in `unsaid` are kept out of the journal: geometry, and the free words of residents,
    which must be erasable. `shared_with` names units, or a district by its key: then its staff
    reads it. So what a resident, who is of no district, tells the offices alone reaches them.
    """

    unsaid: ClassVar[frozenset[str]] = frozenset()

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    unit: str = Field(index=True, sa_type=Text, description="the unit whose word this is")
    visibility: str = Field(default=Visibility.INTERNAL, sa_type=Text)
    shared_with: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    created_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))
    modified_at: datetime = Field(
        default_factory=now,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"onupdate": now},
    )


class Migration(Protocol):
    """The part of alembic's `op` that is needed here."""

    def execute(self, sqltext: str, /) -> None:
        """Run a statement."""

    def get_bind(self) -> sa.Connection:
        """The connection on which the migration runs."""

    def create_table(self, table_name: str, /, *columns: Any) -> Any:
        """Make a table."""

    def create_index(self, index_name: str, table_name: str, columns: Any, /) -> Any:
        """Make an index."""


# `nullif`, because a setting that was set in an earlier transaction reads back as '' and not NULL.
# A unit's code begins with its district; so nobody has to be told the district, or could be
# told another one than the unit's.
CALLER = """
CREATE OR REPLACE FUNCTION caller_unit() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('kiez.unit', true), '') $$;
CREATE OR REPLACE FUNCTION caller_district() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(split_part(current_setting('kiez.unit', true), '.', 1), '') $$;
CREATE OR REPLACE FUNCTION caller_is_staff() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(current_setting('kiez.staff', true) = 'yes', false) $$;
"""

# `(SELECT …)` makes PostgreSQL ask once per statement instead of once per row.
OWN = "unit = (SELECT caller_unit())"
# What is internal is read by the staff of the district whose word it is; what the Senate (`be`)
# says internally, by the staff of every district.
READABLE = f"""
    visibility = 'public'
    OR {OWN}
    OR ((SELECT caller_is_staff()) AND visibility = 'internal'
        AND split_part(unit, '.', 1) IN ((SELECT caller_district()), '{BERLIN}'))
    OR shared_with @> ARRAY[(SELECT caller_unit())]
    OR ((SELECT caller_is_staff()) AND shared_with @> ARRAY[(SELECT caller_district())])
"""
READS = f"CREATE POLICY reads ON {{table}} FOR SELECT USING ({READABLE});"
POLICIES = f"""
ALTER TABLE {{table}} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {{table}} FORCE ROW LEVEL SECURITY;
{READS}
CREATE POLICY speaks ON {{table}} FOR INSERT WITH CHECK ({OWN});
CREATE POLICY revises ON {{table}} FOR UPDATE USING ({OWN}) WITH CHECK ({OWN});
GRANT {{rights}} ON {{table}} TO {{role}};
"""


WALLED = "SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = 'reads'"


def introduce_caller(op: Migration) -> None:
    """Give a database the functions that every row policy asks; those that it has are renewed."""
    op.execute(CALLER)


def renew_reading(op: Migration) -> None:
    """Let the tables that stand already be read by those alone who may by READABLE."""
    introduce_caller(op)
    for (table,) in op.get_bind().execute(sa.text(WALLED)).all():
        op.execute(f'DROP POLICY reads ON "{table}"; ' + READS.format(table=f'"{table}"'))


def protect(
    op: Migration, table: str, *, role: str, rights: str = "SELECT, INSERT, UPDATE"
) -> None:
    """Put `table` under the policies that every table has, and open it to the service's role."""
    # A database that began earlier may lack a function that the policies ask today.
    introduce_caller(op)
    op.execute(POLICIES.format(table=table, role=role, rights=rights))


def create_statement(op: Migration, table: str, *columns: sa.schema.SchemaItem, role: str) -> None:
    """Make a table of one unit's words each: the columns all have, `columns`, and the policies."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("shared_with", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.CheckConstraint("visibility IN ('public', 'internal', 'unit')", name="visibility"),
        sa.CheckConstraint("unit <> ''", name="unit"),
    )
    op.create_index(f"ix_{table}_unit", table, ["unit"])
    protect(op, table, role=role)
