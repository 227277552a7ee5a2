"""Areas get their tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import JSONB

from services.datahub.database import SERVICE_ROLE
from shared.rows import create_statement

revision, down_revision = "0002_areas", "0001_foundation"

LEVEL = """level = (ARRAY['district', 'forecast_area', 'district_region', 'planning_area'])
    [length(key) / 2]"""


def surface(name: str) -> sa.Column[Any]:
    return sa.Column(name, Geometry("MULTIPOLYGON", srid=25833, spatial_index=False))


def area_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("lor_version", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("parent_key", sa.Text),
        sa.Column("area_m2", sa.Float),
        sa.Column("stated_on", sa.Date),
        sa.Column("facts_rank", sa.SmallInteger, nullable=False),
        sa.Column("source_file", sa.Text, nullable=False),
        sa.Column("source_sha256", sa.Text, nullable=False),
        sa.Column("precision", sa.Text, nullable=False),
        surface("geometry"),
        surface("simplified"),
        sa.Column("geometry_file", sa.Text),
        sa.Column("geometry_sha256", sa.Text),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("attribution", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date),
    ]


def area_rules() -> list[sa.Constraint]:
    return [
        sa.UniqueConstraint("lor_version", "key", name="uq_area_lor_version_key"),
        sa.CheckConstraint("unit = 'be.statistik'", name="source_speaks"),
        sa.CheckConstraint("key ~ '^(0[1-9]|1[0-2])([0-9][0-9]){0,3}$'", name="key_form"),
        sa.CheckConstraint(LEVEL, name="level_of_key"),
        sa.CheckConstraint(
            "parent_key IS NOT DISTINCT FROM nullif(left(key, -2), '')",
            name="parent_of_key",
        ),
        sa.CheckConstraint(
            "precision IN ('none', 'schematic', 'simplified', 'full')", name="precision"
        ),
        sa.CheckConstraint(
            "(geometry IS NULL) = (precision = 'none')", name="precision_of_geometry"
        ),
        sa.CheckConstraint(
            "(simplified IS NULL) = (geometry IS NULL)", name="simplified_of_geometry"
        ),
        sa.CheckConstraint("geometry IS NULL OR ST_IsValid(geometry)", name="geometry_valid"),
        sa.CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name="valid_period"),
    ]


def upgrade() -> None:
    create_statement(op, "area", *area_columns(), *area_rules(), role=SERVICE_ROLE)
    op.create_index("ix_area_geometry", "area", ["geometry"], postgresql_using="gist")
    create_statement(
        op,
        "intake",
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("lor_version", sa.Text, nullable=False),
        sa.Column("found", JSONB, nullable=False),
        sa.Column("written", sa.Integer, nullable=False),
        sa.Column("findings", JSONB, nullable=False),
        sa.CheckConstraint("unit = 'be.statistik'", name="source_speaks"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_intake_sha256", "intake", ["sha256"])


def downgrade() -> None:
    for table in ("intake", "area"):
        op.drop_table(table)
