"""Senate get their tables."""

revision, down_revision = "0003_senate", "0002_areas"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
