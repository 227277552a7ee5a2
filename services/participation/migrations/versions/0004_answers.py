"""Answers, their versions and editorial summaries get their tables."""

import sqlalchemy as sa
from alembic import op

from services.participation.database import SERVICE_ROLE
from shared.rows import create_statement

revision, down_revision = "0004_answers", "0003_routing"

# A foreign key proves that the item was accepted once, but not that it was kept since. The caller
# always reads its own unit's rows, so the function needs no right of its own.
IN_HAND = """
CREATE FUNCTION must_be_in_hand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM answer
        JOIN routing_reply USING (item_id, unit)
        LEFT JOIN handover ON handover.acceptance_id = routing_reply.id
        WHERE answer.id = NEW.answer_id AND answer.unit = NEW.unit
        AND routing_reply.outcome = 'accepted' AND handover.id IS NULL
    ) THEN
        RAISE EXCEPTION 'the item is not in the hands of this unit' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER must_be_in_hand BEFORE INSERT OR UPDATE ON answer_version
    FOR EACH ROW EXECUTE FUNCTION must_be_in_hand();
"""

# A version's words are never changed, not even by its own unit: it writes the next version.
WORDS_STAY = f"""
REVOKE UPDATE ON answer_version FROM {SERVICE_ROLE};
GRANT UPDATE (visibility, shared_with, published_at, modified_at)
    ON answer_version TO {SERVICE_ROLE};
"""


def upgrade() -> None:
    create_answer()
    create_version()
    create_statement(
        op,
        "summary",
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_summary_item_id"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_summary_item_id", "summary", ["item_id"])


def create_answer() -> None:
    create_statement(
        op,
        "answer",
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("acceptance_id", sa.Uuid, nullable=False),
        sa.Column("acceptance", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["acceptance_id", "item_id", "unit", "acceptance"],
            [f"routing_reply.{column}" for column in ("id", "item_id", "unit", "outcome")],
            name="fk_answer_acceptance_id_item_id_unit_acceptance",
        ),
        sa.CheckConstraint("acceptance = 'accepted'", name="was_accepted"),
        sa.UniqueConstraint("item_id", "unit", name="uq_answer_item_id_unit"),
        sa.UniqueConstraint("id", "unit", name="uq_answer_id_unit"),
        role=SERVICE_ROLE,
    )


def create_version() -> None:
    create_statement(
        op,
        "answer_version",
        sa.Column("answer_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("plain_language", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("text_hash", sa.Text, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["answer_id", "unit"],
            ["answer.id", "answer.unit"],
            name="fk_answer_version_answer_id_unit",
        ),
        sa.UniqueConstraint("answer_id", "number", name="uq_answer_version_answer_id_number"),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("(visibility = 'unit') = (published_at IS NULL)", name="draft_unseen"),
        sa.CheckConstraint(
            "outcome IN ('will_do', 'partly', 'will_not', 'already_done', 'needs_decision')",
            name="outcome",
        ),
        sa.CheckConstraint(
            "outcome IN ('will_do', 'already_done') OR reasons <> ''",
            name="reasons_given",
        ),
        role=SERVICE_ROLE,
    )
    op.execute(IN_HAND)
    op.execute(WORDS_STAY)


def downgrade() -> None:
    for table in ("summary", "answer_version", "answer"):
        op.drop_table(table)
    op.execute("DROP FUNCTION must_be_in_hand")
