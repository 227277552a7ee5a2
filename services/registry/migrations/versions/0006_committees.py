"""Committees, seats and memberships get their tables."""

import sqlalchemy as sa
from alembic import op

from services.registry.database import SERVICE_ROLE
from shared.rows import create_statement

revision, down_revision = "0006_committees", "0005_actors"


def upgrade() -> None:
    create_committee()
    create_statement(
        op,
        "seat",
        sa.Column("committee_id", sa.Uuid, nullable=False),
        sa.Column("addressee", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("vote", sa.Boolean),
        sa.CheckConstraint("role IN ('member', 'guest', 'advisory')", name="role"),
        sa.ForeignKeyConstraint(
            ["committee_id", "unit"],
            ["committee.id", "committee.unit"],
            name="fk_seat_committee_id_unit",
        ),
        sa.UniqueConstraint("id", "addressee", name="uq_seat_id_addressee"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_seat_committee_id", "seat", ["committee_id"])
    op.create_index("ix_seat_addressee", "seat", ["addressee"])
    create_statement(
        op,
        "membership",
        sa.Column("seat_id", sa.Uuid, nullable=False),
        sa.Column("takes", sa.Boolean, nullable=False),
        sa.Column("post", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.CheckConstraint("(post IS NOT NULL) = takes", name="post_named"),
        sa.CheckConstraint("takes OR reason <> ''", name="reason_given"),
        sa.CheckConstraint("takes OR ended_on IS NULL", name="only_what_is_taken_ends"),
        sa.ForeignKeyConstraint(
            ["seat_id", "unit"], ["seat.id", "seat.addressee"], name="fk_membership_seat_id_unit"
        ),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_membership_seat_id", "membership", ["seat_id"])


def create_committee() -> None:
    create_statement(
        op,
        "committee",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("aliases", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("areas", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("mandate", sa.Text, nullable=False),
        sa.Column("turnus_months", sa.Float),
        sa.Column("offset_to", sa.Text),
        sa.Column("prepares", sa.Text),
        sa.Column("planned", sa.Boolean, nullable=False),
        sa.Column("exists_since", sa.Date),
        sa.Column("ended_on", sa.Date),
        sa.Column("imported", sa.Boolean, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("known_as", sa.Text, nullable=False),
        sa.UniqueConstraint("code", name="uq_committee_code"),
        sa.UniqueConstraint("id", "unit", name="uq_committee_id_unit"),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["committee.code"],
                name=f"fk_committee_{column}",
                deferrable=True,
                initially="DEFERRED",
            )
            for column in ("offset_to", "prepares")
        ),
        sa.CheckConstraint("offset_to <> code AND prepares <> code", name="points_at_another"),
        sa.CheckConstraint("turnus_months > 0", name="turnus_runs_forward"),
        sa.CheckConstraint("ended_on >= exists_since", name="ends_after_its_start"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_committee_kind", "committee", ["kind"])
    op.create_index("ix_committee_body", "committee", ["body"])


def downgrade() -> None:
    for table in ("membership", "seat", "committee"):
        op.drop_table(table)
