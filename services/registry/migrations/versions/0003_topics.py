"""Topics and proposals for the topic tree get their tables."""

import sqlalchemy as sa
from alembic import op

from services.registry.database import SERVICE_ROLE
from shared.rows import create_statement

revision, down_revision = "0003_topics", "0002_units"


def upgrade() -> None:
    create_statement(
        op,
        "topic",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("parent", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("aliases", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("retired_on", sa.Date),
        sa.CheckConstraint("visibility = 'public'", name="open"),
        sa.CheckConstraint("parent <> code", name="not_below_itself"),
        sa.UniqueConstraint("code", name="uq_topic_code"),
        sa.ForeignKeyConstraint(["parent"], ["topic.code"], name="fk_topic_parent"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_topic_parent", "topic", ["parent"])
    create_statement(
        op,
        "topic_proposal",
        sa.Column("topic", sa.Text),
        sa.Column("parent", sa.Text),
        sa.Column("name", sa.Text),
        sa.Column("name_en", sa.Text),
        sa.Column("words", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint("visibility = 'public'", name="open"),
        sa.CheckConstraint("num_nonnulls(topic, name) = 1", name="one_thing"),
        sa.ForeignKeyConstraint(["topic"], ["topic.code"], name="fk_topic_proposal_topic"),
        sa.ForeignKeyConstraint(["parent"], ["topic.code"], name="fk_topic_proposal_parent"),
        role=SERVICE_ROLE,
    )


def downgrade() -> None:
    for table in ("topic_proposal", "topic"):
        op.drop_table(table)
