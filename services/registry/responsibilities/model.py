"""The ledger as it is stored: who says that a unit is responsible, who proposes, who objects."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field

from services.registry.database import Row
from shared.rows import Visibility


class Level(StrEnum):
    """In which way a unit has to do with a topic."""

    LEAD = "lead"
    INVOLVED = "involved"
    INFORMED = "informed"


class Origin(StrEnum):
    """By whose word a responsibility exists: the unit's own, or the Bezirksamt's decision."""

    CONFIRMED = "confirmed"
    DECIDED = "decided"


LEVELS = "level IN ('lead', 'involved', 'informed')"
LASTS = text("daterange(since, least(until, ended_on))")


class ResponsibilityProposal(Row, table=True):
    """Who should be responsible, as some unit proposes it (Vorschlag zur Zuständigkeit)."""

    __tablename__ = "responsibility_proposal"
    __table_args__ = (
        CheckConstraint("visibility = 'public'", name="open"),
        CheckConstraint(LEVELS, name="level"),
        UniqueConstraint("id", "addressee"),
    )

    visibility: str = Field(default=Visibility.PUBLIC, sa_type=Text)
    addressee: str = Field(sa_type=Text, description="the unit that is proposed")
    topic: str = Field(foreign_key="topic.code", index=True, sa_type=Text)
    area: str = Field(sa_type=Text)
    level: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)


class Responsibility(Row, table=True):
    """A unit's responsibility for a topic in an area (Zuständigkeit), until the day it ends.

    `until` and `ended_on` are the first day on which it no longer counts.
    """

    __table_args__ = (
        CheckConstraint("visibility = 'public'", name="open"),
        CheckConstraint("origin IN ('confirmed', 'decided')", name="origin"),
        # Nobody confirms for another; only a decision names another unit than its own.
        CheckConstraint("origin = 'decided' OR holder = unit", name="own_word"),
        CheckConstraint("left(unit, 2) IN ('be', left(area, 2))", name="home"),
        CheckConstraint(
            "origin <> 'decided' OR left(unit, 2) = left(area, 2)", name="decided_at_home"
        ),
        CheckConstraint(LEVELS, name="level"),
        CheckConstraint("until > since", name="lasts"),
        CheckConstraint("ended_on >= since", name="ends_after_start"),
        ForeignKeyConstraint(
            ["proposal_id", "holder"],
            ["responsibility_proposal.id", "responsibility_proposal.addressee"],
        ),
        UniqueConstraint("id", "holder"),
        ExcludeConstraint(
            ("origin", "="),
            ("topic", "="),
            ("area", "="),
            (LASTS, "&&"),
            where=text("level = 'lead'"),
            name="ex_responsibility_one_lead",
        ),
        ExcludeConstraint(
            ("origin", "="),
            ("holder", "="),
            ("topic", "="),
            ("area", "="),
            (LASTS, "&&"),
            name="ex_responsibility_said_once",
        ),
        Index("ix_responsibility_topic_area", "topic", "area"),
    )

    visibility: str = Field(default=Visibility.PUBLIC, sa_type=Text)
    origin: str = Field(sa_type=Text)
    holder: str = Field(index=True, sa_type=Text, description="the unit that is responsible")
    topic: str = Field(foreign_key="topic.code", sa_type=Text)
    area: str = Field(sa_type=Text)
    level: str = Field(sa_type=Text)
    since: date
    until: date | None = None
    ended_on: date | None = None
    ending_reason: str = Field(default="", sa_type=Text)
    basis: str = Field(sa_type=Text, description="legal basis")
    remark: str = Field(default="", sa_type=Text)
    proposal_id: UUID | None = Field(default=None, index=True)

    @property
    def addressee(self) -> str:
        """The unit that a decision is addressed to: it may object."""
        return self.holder


class Contest(Row, table=True):
    """The named unit's objection to a decision or a proposal (Widerspruch zur Zuständigkeit)."""

    __table_args__ = (
        CheckConstraint("visibility = 'public'", name="open"),
        CheckConstraint("num_nonnulls(responsibility_id, proposal_id) = 1", name="one_matter"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("named_unit <> unit", name="names_another"),
        ForeignKeyConstraint(
            ["responsibility_id", "unit"], ["responsibility.id", "responsibility.holder"]
        ),
        ForeignKeyConstraint(
            ["proposal_id", "unit"],
            ["responsibility_proposal.id", "responsibility_proposal.addressee"],
        ),
    )

    visibility: str = Field(default=Visibility.PUBLIC, sa_type=Text)
    responsibility_id: UUID | None = Field(default=None, index=True)
    proposal_id: UUID | None = Field(default=None, index=True)
    reason: str = Field(sa_type=Text)
    named_unit: str | None = Field(default=None, sa_type=Text)
    contested_on: date
