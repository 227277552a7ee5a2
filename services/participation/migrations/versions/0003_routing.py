"""Proposals, replies and hand-overs get their tables."""

import sqlalchemy as sa
from alembic import op

from services.participation.database import SERVICE_ROLE
from shared.rows import create_statement

revision, down_revision = "0003_routing", "0002_items"


def upgrade() -> None:
    create_routing()
    create_reply()
    create_handover()


def create_routing() -> None:
    create_statement(
        op,
        "routing",
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("addressee", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("based_on", sa.Uuid),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_routing_item_id"),
        sa.ForeignKeyConstraint(
            ["based_on", "item_id"],
            ["suggestion.id", "suggestion.item_id"],
            name="fk_routing_based_on_item_id",
        ),
        sa.UniqueConstraint("id", "item_id", "addressee", name="uq_routing_id_item_id_addressee"),
        sa.CheckConstraint("addressee <> unit", name="proposes_another"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        role=SERVICE_ROLE,
    )
    for column in ("item_id", "addressee"):
        op.create_index(f"ix_routing_{column}", "routing", [column])


def create_reply() -> None:
    create_statement(
        op,
        "routing_reply",
        sa.Column("routing_id", sa.Uuid, nullable=False),
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("named_unit", sa.Text),
        sa.ForeignKeyConstraint(
            ["routing_id", "item_id", "unit"],
            ["routing.id", "routing.item_id", "routing.addressee"],
            name="fk_routing_reply_routing_id_item_id_unit",
        ),
        sa.UniqueConstraint("routing_id", name="uq_routing_reply_routing_id"),
        sa.UniqueConstraint(
            "id", "item_id", "unit", "outcome", name="uq_routing_reply_id_item_id_unit_outcome"
        ),
        sa.CheckConstraint("outcome IN ('accepted', 'not_mine')", name="outcome"),
        sa.CheckConstraint(
            "outcome = 'accepted' OR (reason <> '' AND named_unit IS NOT NULL)",
            name="another_named",
        ),
        sa.CheckConstraint("named_unit <> unit", name="names_another"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_routing_reply_item_id", "routing_reply", ["item_id"])


def create_handover() -> None:
    create_statement(
        op,
        "handover",
        sa.Column("acceptance_id", sa.Uuid, nullable=False),
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("acceptance", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("named_unit", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["acceptance_id", "item_id", "unit", "acceptance"],
            [f"routing_reply.{column}" for column in ("id", "item_id", "unit", "outcome")],
            name="fk_handover_acceptance_id_item_id_unit_acceptance",
        ),
        sa.UniqueConstraint("acceptance_id", name="uq_handover_acceptance_id"),
        sa.CheckConstraint("acceptance = 'accepted'", name="was_accepted"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint("named_unit <> unit", name="names_another"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_handover_item_id", "handover", ["item_id"])


def downgrade() -> None:
    for table in ("handover", "routing_reply", "routing"):
        op.drop_table(table)
