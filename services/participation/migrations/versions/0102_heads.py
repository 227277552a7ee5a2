"""Whoever keeps answers can see that the journal has grown, and nothing of what is in it."""

from alembic import op

from services.participation.database import SERVICE_ROLE
from shared import heads

revision, down_revision = "0102_heads", "0101_sealing"


def upgrade() -> None:
    heads.create(op, role=SERVICE_ROLE)


def downgrade() -> None:
    op.execute("DROP FUNCTION journal_head")
