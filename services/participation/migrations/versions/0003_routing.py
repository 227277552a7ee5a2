"""Routing get their tables."""

revision, down_revision = "0003_routing", "0002_items"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
