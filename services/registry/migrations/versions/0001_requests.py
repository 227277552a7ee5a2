"""The database learns who speaks; requests, replies and reminders get their tables."""

import sqlalchemy as sa
from alembic import op

from services.registry.database import SERVICE_ROLE
from shared import idempotency, journal
from shared.rows import create_statement, introduce_caller

revision, down_revision = "0001_requests", None


def upgrade() -> None:
    introduce_caller(op)
    journal.create(op, role=SERVICE_ROLE)
    idempotency.create(op, role=SERVICE_ROLE)
    create_statement(
        op,
        "request",
        sa.Column("addressee", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("areas", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("topics", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("wished_by", sa.Date, nullable=False),
        sa.Column("withdrawn_on", sa.Date),
        sa.CheckConstraint("addressee <> unit", name="asks_another"),
        sa.UniqueConstraint("id", "unit", name="uq_request_id_unit"),
        sa.UniqueConstraint("id", "addressee", name="uq_request_id_addressee"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_request_addressee", "request", ["addressee"])
    create_statement(
        op,
        "reply",
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("named_unit", sa.Text),
        sa.ForeignKeyConstraint(
            ["request_id", "unit"],
            ["request.id", "request.addressee"],
            name="fk_reply_request_id_unit",
        ),
        sa.CheckConstraint("outcome = 'accepted' OR reason <> ''", name="reason_given"),
        sa.CheckConstraint(
            "outcome <> 'not_responsible' OR named_unit IS NOT NULL", name="unit_named"
        ),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_reply_request_id", "reply", ["request_id"])
    create_statement(
        op,
        "reminder",
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("reminded_on", sa.Date, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id", "unit"],
            ["request.id", "request.unit"],
            name="fk_reminder_request_id_unit",
        ),
        sa.UniqueConstraint("request_id", "reminded_on", name="uq_reminder_request_id_reminded_on"),
        role=SERVICE_ROLE,
    )


def downgrade() -> None:
    for table in ("reminder", "reply", "request", "idempotency", "journal"):
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_journal, caller_unit, caller_district, caller_is_staff")
