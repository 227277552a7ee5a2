"""The journal is sealed: salted digests, a chain of hashes, and figures of what was done."""

from alembic import op

from shared import chain

revision, down_revision = "0101_sealing", "0004_answers"


def upgrade() -> None:
    chain.create(op, part="participation")


def downgrade() -> None:
    chain.remove(op)
