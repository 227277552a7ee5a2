"""The journal is sealed, and every change that passes is written down before it is done."""

import sqlalchemy as sa
from alembic import op

from gateway.database import SERVICE_ROLE
from shared import chain
from shared.rows import create_statement

revision, down_revision = "0101_sealing", "0002_revocations"


def upgrade() -> None:
    chain.create(op, part="gateway")
    create_statement(
        op,
        "passage",
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("acting", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("act_class", sa.Text, nullable=False),
        sa.Column("outcome", sa.SmallInteger),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_passage_acting", "passage", ["acting"])
    op.create_index("ix_passage_act", "passage", ["act"])


def downgrade() -> None:
    op.drop_table("passage")
    chain.remove(op)
