"""Responsibilities, proposals and objections get their tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from services.registry.database import SERVICE_ROLE
from shared.rows import create_statement

revision, down_revision = "0004_responsibilities", "0003_topics"

LEVELS = "level IN ('lead', 'involved', 'informed')"
# A LOR key begins with its district's two digits, as the codes of the district's units do.
HOME = "left(unit, 2) IN ('be', left(area, 2))"
DECIDED_AT_HOME = "origin <> 'decided' OR left(unit, 2) = left(area, 2)"
LASTS = sa.text("daterange(since, least(until, ended_on))")


def upgrade() -> None:
    create_statement(
        op,
        "responsibility_proposal",
        sa.Column("addressee", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint("visibility = 'public'", name="open"),
        sa.CheckConstraint(LEVELS, name="level"),
        sa.ForeignKeyConstraint(["topic"], ["topic.code"], name="fk_responsibility_proposal_topic"),
        sa.UniqueConstraint("id", "addressee", name="uq_responsibility_proposal_id_addressee"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_responsibility_proposal_topic", "responsibility_proposal", ["topic"])
    create_statement(
        op,
        "responsibility",
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("ended_on", sa.Date),
        sa.Column("ending_reason", sa.Text, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("remark", sa.Text, nullable=False),
        sa.Column("proposal_id", sa.Uuid),
        sa.CheckConstraint("visibility = 'public'", name="open"),
        sa.CheckConstraint("origin IN ('confirmed', 'decided')", name="origin"),
        sa.CheckConstraint("origin = 'decided' OR holder = unit", name="own_word"),
        sa.CheckConstraint(HOME, name="home"),
        sa.CheckConstraint(DECIDED_AT_HOME, name="decided_at_home"),
        sa.CheckConstraint(LEVELS, name="level"),
        sa.CheckConstraint("until > since", name="lasts"),
        sa.CheckConstraint("ended_on >= since", name="ends_after_start"),
        sa.ForeignKeyConstraint(["topic"], ["topic.code"], name="fk_responsibility_topic"),
        # A proposal is answered about the unit that it names.
        sa.ForeignKeyConstraint(
            ["proposal_id", "holder"],
            ["responsibility_proposal.id", "responsibility_proposal.addressee"],
            name="fk_responsibility_proposal_id_holder",
        ),
        sa.UniqueConstraint("id", "holder", name="uq_responsibility_id_holder"),
        ExcludeConstraint(
            (sa.column("origin"), "="),
            (sa.column("topic"), "="),
            (sa.column("area"), "="),
            (LASTS, "&&"),
            where=sa.text("level = 'lead'"),
            name="ex_responsibility_one_lead",
        ),
        ExcludeConstraint(
            (sa.column("origin"), "="),
            (sa.column("holder"), "="),
            (sa.column("topic"), "="),
            (sa.column("area"), "="),
            (LASTS, "&&"),
            name="ex_responsibility_said_once",
        ),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_responsibility_topic_area", "responsibility", ["topic", "area"])
    op.create_index("ix_responsibility_holder", "responsibility", ["holder"])
    op.create_index("ix_responsibility_proposal_id", "responsibility", ["proposal_id"])
    create_statement(
        op,
        "contest",
        sa.Column("responsibility_id", sa.Uuid),
        sa.Column("proposal_id", sa.Uuid),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("named_unit", sa.Text),
        sa.Column("contested_on", sa.Date, nullable=False),
        sa.CheckConstraint("visibility = 'public'", name="open"),
        sa.CheckConstraint("num_nonnulls(responsibility_id, proposal_id) = 1", name="one_matter"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint("named_unit <> unit", name="names_another"),
        # The unit that objects is the unit that is named; the database knows it, too.
        sa.ForeignKeyConstraint(
            ["responsibility_id", "unit"],
            ["responsibility.id", "responsibility.holder"],
            name="fk_contest_responsibility_id_unit",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id", "unit"],
            ["responsibility_proposal.id", "responsibility_proposal.addressee"],
            name="fk_contest_proposal_id_unit",
        ),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_contest_responsibility_id", "contest", ["responsibility_id"])
    op.create_index("ix_contest_proposal_id", "contest", ["proposal_id"])


def downgrade() -> None:
    for table in ("contest", "responsibility", "responsibility_proposal"):
        op.drop_table(table)
