"""Committees get their tables."""

revision, down_revision = "0006_committees", "0005_actors"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
