"""Revocations get their table."""

import sqlalchemy as sa
from alembic import op

from gateway.database import SERVICE_ROLE
from shared.rows import create_statement

revision, down_revision = "0002_revocations", "0001_refusals"


def upgrade() -> None:
    create_statement(
        op,
        "revocation",
        sa.Column("token", sa.Text),
        sa.Column("subject", sa.Text),
        sa.Column("issuer", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(token, subject) = 1 AND (subject IS NULL) = (issuer IS NULL)",
            name="one_thing",
        ),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_revocation_created_at", "revocation", ["created_at"])
    op.create_index("ix_revocation_subject", "revocation", ["subject"])
    op.execute(f"REVOKE UPDATE ON revocation FROM {SERVICE_ROLE}")


def downgrade() -> None:
    op.drop_table("revocation")
