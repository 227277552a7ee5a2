"""What the Senate's systems send gets its tables, and the runs that fetch it."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from services.datahub.database import SERVICE_ROLE
from shared.rows import create_statement

revision, down_revision = "0003_senate", "0002_areas"


def upgrade() -> None:
    create_from_senate(
        "prisma_value",
        "be.prisma",
        sa.Column("indicator", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("value", sa.Float),
        sa.Column("status", sa.Text, nullable=False),
        sa.CheckConstraint(
            "(value IS NULL) = (status IN ('L', 'M', 'O', 'Q'))",
            name="value_or_why_there_is_none",
        ),
    )
    op.create_index("ix_prisma_value_indicator", "prisma_value", ["indicator"])
    create_from_senate(
        "wofis_site",
        "be.wofis",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("dwellings", sa.Integer, nullable=False),
        sa.Column("horizon", sa.Text, nullable=False),
        point(),
        sa.CheckConstraint("dwellings >= 50", name="large_enough"),
    )
    create_from_senate(
        "sofis_site",
        "be.sofis",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("capacity", sa.Integer),
        sa.Column("need", sa.Integer),
        point(),
    )
    op.create_index("ix_sofis_site_kind", "sofis_site", ["kind"])
    for table in ("wofis_site", "sofis_site"):
        op.create_index(f"ix_{table}_point", table, ["point"], postgresql_using="gist")
    create_runs()


def create_from_senate(table: str, unit: str, *columns: sa.schema.SchemaItem) -> None:
    create_statement(
        op,
        table,
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("area_key", sa.Text, nullable=False),
        sa.Column("lor_version", sa.Text, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        *columns,
        sa.UniqueConstraint("key", name=f"uq_{table}_key"),
        sa.CheckConstraint(f"unit = '{unit}'", name="said_by_the_senate"),
        role=SERVICE_ROLE,
    )
    op.create_index(f"ix_{table}_area_key", table, ["area_key"])


def point() -> sa.Column[str]:
    return sa.Column("point", Geometry("POINT", srid=25833, spatial_index=False), nullable=False)


def create_runs() -> None:
    create_statement(
        op,
        "sync_request",
        sa.Column("addressee", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("id", "addressee", name="uq_sync_request_id_addressee"),
        sa.CheckConstraint("addressee <> unit", name="asks_another"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_sync_request_addressee", "sync_request", ["addressee"])
    counts = ("before", "attempts", "pages", "seen", "new", "changed", "gone", "unchanged")
    create_statement(
        op,
        "sync_run",
        sa.Column("request_id", sa.Uuid),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("as_of", sa.DateTime(timezone=True)),
        sa.Column("tag", sa.Text),
        sa.Column("cursor", sa.Text),
        sa.Column("total", sa.Integer),
        *(sa.Column(count, sa.Integer, nullable=False) for count in counts),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id", "unit"],
            ["sync_request.id", "sync_request.addressee"],
            name="fk_sync_run_request_id_unit",
        ),
        sa.CheckConstraint('seen = "new" + changed + gone + unchanged', name="all_accounted_for"),
        sa.CheckConstraint("failure IS NULL OR finished_at IS NOT NULL", name="failed_is_finished"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_sync_run_request_id", "sync_run", ["request_id"])


def downgrade() -> None:
    for table in ("sync_run", "sync_request", "sofis_site", "wofis_site", "prisma_value"):
        op.drop_table(table)
