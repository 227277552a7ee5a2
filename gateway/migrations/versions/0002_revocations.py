"""A place held for revocations."""

revision, down_revision = "0002_revocations", "0001_refusals"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
