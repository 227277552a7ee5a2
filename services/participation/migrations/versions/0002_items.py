"""Items get their tables: facts, words apart, and what the machine found out about them."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from services.participation.database import SERVICE_ROLE
from shared.rows import create_statement

revision, down_revision = "0002_items", "0001_foundation"


def upgrade() -> None:
    create_item()
    create_statement(
        op,
        "wording",
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id", "unit"], ["item.id", "item.unit"], name="fk_wording_item_id_unit"
        ),
        sa.UniqueConstraint("item_id", name="uq_wording_item_id"),
        role=SERVICE_ROLE,
    )
    create_whereabouts()
    create_suggestion()


def create_item() -> None:
    create_statement(
        op,
        "item",
        sa.Column("topics", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("areas", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("point", Geometry("POINT", srid=25833, spatial_index=False)),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("id", "unit", name="uq_item_id_unit"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_item_point", "item", ["point"], postgresql_using="gist")
    for column in ("areas", "topics"):
        op.create_index(f"ix_item_{column}", "item", [column], postgresql_using="gin")


def create_whereabouts() -> None:
    create_statement(
        op,
        "whereabouts",
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("lor_version", sa.Text, nullable=False),
        sa.Column("planning_area", sa.Text),
        sa.Column("region", sa.Text),
        sa.Column("forecast_area", sa.Text),
        sa.Column("district", sa.Text),
        sa.Column("schematic", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_whereabouts_item_id"),
        sa.UniqueConstraint("item_id", name="uq_whereabouts_item_id"),
        # A machine says what it found out; nobody places an item by hand.
        sa.CheckConstraint("unit LIKE '__.participation'", name="only_the_machine"),
        sa.CheckConstraint("outcome IN ('located', 'outside')", name="outcome"),
        sa.CheckConstraint("outcome <> 'located' OR district IS NOT NULL", name="area_named"),
        role=SERVICE_ROLE,
    )
    for column in ("planning_area", "region"):
        op.create_index(f"ix_whereabouts_{column}", "whereabouts", [column])


def create_suggestion() -> None:
    create_statement(
        op,
        "suggestion",
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("lead", sa.Text),
        sa.Column("involved", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("explanation_de", sa.Text, nullable=False),
        sa.Column("explanation_en", sa.Text, nullable=False),
        sa.Column("gap", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_suggestion_item_id"),
        sa.UniqueConstraint("item_id", "topic", name="uq_suggestion_item_id_topic"),
        sa.UniqueConstraint("id", "item_id", name="uq_suggestion_id_item_id"),
        sa.CheckConstraint("unit LIKE '__.participation'", name="only_the_machine"),
        sa.CheckConstraint("gap = (lead IS NULL)", name="gap_shown"),
        role=SERVICE_ROLE,
    )


def downgrade() -> None:
    for table in ("suggestion", "whereabouts", "wording", "item"):
        op.drop_table(table)
