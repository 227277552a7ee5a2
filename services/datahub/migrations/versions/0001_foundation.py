"""The database learns who speaks, and gets its journal, its given answers and its jobs."""

from alembic import op

from services.datahub.database import SERVICE_ROLE
from shared import idempotency, jobs, journal
from shared.rows import introduce_caller

revision, down_revision = "0001_foundation", None


def upgrade() -> None:
    introduce_caller(op)
    journal.create(op, role=SERVICE_ROLE)
    idempotency.create(op, role=SERVICE_ROLE)
    jobs.create(op, role=SERVICE_ROLE)


def downgrade() -> None:
    for table in ("idempotency", "journal"):
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_journal, caller_unit, caller_district, caller_is_staff")
    op.execute("DROP SCHEMA jobs CASCADE")
