"""Areas get their tables."""

revision, down_revision = "0002_areas", "0001_foundation"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
