"""Actors, and what is suggested for their entries, get their tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.database import SERVICE_ROLE
from shared.rows import create_statement

revision, down_revision = "0005_actors", "0004_responsibilities"


def upgrade() -> None:
    create_statement(
        op,
        "actor",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("aliases", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("areas", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("lon", sa.Float),
        sa.Column("lat", sa.Float),
        sa.Column("website", sa.Text),
        sa.Column("mail", sa.Text),
        sa.Column("represents", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.Column("known_as", sa.Text, nullable=False),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="place_whole"),
        sa.UniqueConstraint("id", "unit", name="uq_actor_id_unit"),
        sa.UniqueConstraint("unit", "name", name="uq_actor_unit_name"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_actor_category", "actor", ["category"])
    op.create_index("ix_actor_represents", "actor", ["represents"])
    create_statement(
        op,
        "suggestion",
        sa.Column("actor_id", sa.Uuid, nullable=False),
        sa.Column("addressee", sa.Text, nullable=False),
        sa.Column("changes", JSONB, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint("addressee <> unit", name="for_another"),
        sa.ForeignKeyConstraint(
            ["actor_id", "addressee"],
            ["actor.id", "actor.unit"],
            name="fk_suggestion_actor_id_addressee",
        ),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_suggestion_actor_id", "suggestion", ["actor_id"])
    op.create_index("ix_suggestion_addressee", "suggestion", ["addressee"])


def downgrade() -> None:
    for table in ("suggestion", "actor"):
        op.drop_table(table)
