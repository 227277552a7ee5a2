"""Districts and units get their tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from services.registry.database import SERVICE_ROLE
from shared.rows import create_statement

revision, down_revision = "0002_units", "0001_requests"


def upgrade() -> None:
    create_bodies()
    create_organization()
    create_naming()
    create_attachment()
    create_statement(
        op,
        "contact",
        sa.Column("mailbox", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("page", sa.Text),
        sa.ForeignKeyConstraint(["unit"], ["organization.code"], name="fk_contact_unit"),
        role=SERVICE_ROLE,
    )
    create_statement(
        op,
        "designation",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("official", sa.Boolean, nullable=False),
        sa.UniqueConstraint("unit", "code", "name", name="uq_designation_unit_code_name"),
        sa.CheckConstraint("about IN ('kind', 'level')", name="about"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_designation_code", "designation", ["code"])


def look_up(table: str) -> None:
    """Find parts of words and words that are nearly right."""
    op.create_index(
        f"ix_{table}_folded",
        table,
        ["folded"],
        postgresql_using="gin",
        postgresql_ops={"folded": "gin_trgm_ops"},
    )


def create_bodies() -> None:
    create_statement(
        op,
        "body",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("aliases", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("executive", sa.Text),
        sa.Column("assembly", sa.Text),
        sa.Column("coordination", sa.Text),
        sa.UniqueConstraint("key", name="uq_body_key"),
        role=SERVICE_ROLE,
    )
    look_up("body")
    create_statement(
        op,
        "coordination_seat",
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("established", sa.Boolean),
        sa.Column("being_set_up", sa.Boolean, nullable=False),
        sa.Column("attached_to", sa.Text),
        sa.Column("department", sa.Text),
        sa.Column("preferred_by_offices", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name="fk_coordination_seat_body"),
        sa.UniqueConstraint("body", "unit", "as_of", name="uq_coordination_seat_body_unit_as_of"),
        role=SERVICE_ROLE,
    )


def create_organization() -> None:
    create_statement(
        op,
        "organization",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("areas", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("lor_version", sa.Text),
        sa.Column("discussed_parents", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("planned", sa.Boolean, nullable=False),
        sa.Column("example", sa.Boolean, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.UniqueConstraint("code", name="uq_organization_code"),
        sa.UniqueConstraint("code", "unit", name="uq_organization_code_unit"),
        sa.CheckConstraint("body = split_part(code, '.', 1)", name="body_of_code"),
        sa.CheckConstraint("body = split_part(unit, '.', 1)", name="own_district"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_organization_kind", "organization", ["kind"])
    op.create_index("ix_organization_body", "organization", ["body"])


def create_naming() -> None:
    create_statement(
        op,
        "naming",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("official", sa.Boolean, nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("used_in", sa.Text),
        sa.ForeignKeyConstraint(
            ["code", "unit"], ["organization.code", "organization.unit"], name="fk_naming_code_unit"
        ),
        sa.CheckConstraint("folded <> ''", name="has_letters"),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_naming_code", "naming", ["code"])
    op.create_index(
        "uq_naming_official",
        "naming",
        ["code", "since"],
        unique=True,
        postgresql_where=sa.text("official"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "uq_naming_alias",
        "naming",
        ["code", "name"],
        unique=True,
        postgresql_where=sa.text("NOT official"),
    )
    look_up("naming")


def create_attachment() -> None:
    create_statement(
        op,
        "attachment",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("parent", sa.Text, nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("until", sa.Date),
        sa.ForeignKeyConstraint(
            ["code", "unit"],
            ["organization.code", "organization.unit"],
            name="fk_attachment_code_unit",
        ),
        sa.ForeignKeyConstraint(["parent"], ["organization.code"], name="fk_attachment_parent"),
        sa.CheckConstraint("code <> parent", name="not_below_itself"),
        sa.CheckConstraint(
            "split_part(code, '.', 1) = split_part(parent, '.', 1)",
            name="own_district",
        ),
        sa.CheckConstraint("since < until", name="begins_before_it_ends"),
        ExcludeConstraint(
            (sa.text("code"), "="),
            (sa.text("daterange(since, until)"), "&&"),
            name="ex_attachment_one_at_a_time",
            using="gist",
        ),
        role=SERVICE_ROLE,
    )
    op.create_index("ix_attachment_parent", "attachment", ["parent"])


def downgrade() -> None:
    tables = ("designation", "contact", "attachment", "naming", "organization")
    for table in (*tables, "coordination_seat", "body"):
        op.drop_table(table)
