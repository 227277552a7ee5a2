"""Refusals get their table."""

import sqlalchemy as sa
from alembic import op

from gateway.database import SERVICE_ROLE
from shared import idempotency, journal
from shared.rows import create_statement, introduce_caller

revision, down_revision = "0001_refusals", None


def upgrade() -> None:
    introduce_caller(op)
    journal.create(op, role=SERVICE_ROLE)
    idempotency.create(op, role=SERVICE_ROLE)
    create_statement(
        op,
        "refusal",
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("asking", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("act_class", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_refusal_asking", "refusal", ["asking"])
    op.create_index("ix_refusal_act", "refusal", ["act"])
    op.execute(f"REVOKE UPDATE ON refusal FROM {SERVICE_ROLE}")


def downgrade() -> None:
    for table in ("refusal", "idempotency", "journal"):
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_journal, caller_unit, caller_district, caller_is_staff")
