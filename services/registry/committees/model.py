"""Committees, seats and memberships as they are stored: an offer is the convener's word, taking
it the invited unit's."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Float,
    ForeignKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field

from services.registry.database import Row


class Kind(StrEnum):
    """What sort of committee it is."""

    WORKING_GROUP = "working_group"
    LEADERSHIP_ROUND = "leadership_round"
    MEETING_SERIES = "meeting_series"
    ADVISORY_BOARD = "advisory_board"
    ROUND_TABLE = "round_table"
    NEIGHBOURHOOD_CONFERENCE = "neighbourhood_conference"
    NETWORK = "network"
    EXTERNAL = "external"


class Committee(Row, table=True):
    """Who meets regularly on what (Gremium; OParl: Organization)."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"known_as"})

    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("id", "unit"),
        # Deferred: two committees of one transaction may point at each other.
        ForeignKeyConstraint(
            ["offset_to"], ["committee.code"], deferrable=True, initially="DEFERRED"
        ),
        ForeignKeyConstraint(
            ["prepares"], ["committee.code"], deferrable=True, initially="DEFERRED"
        ),
        CheckConstraint("offset_to <> code AND prepares <> code", name="points_at_another"),
        CheckConstraint("turnus_months > 0", name="turnus_runs_forward"),
        CheckConstraint("ended_on >= exists_since", name="ends_after_its_start"),
    )

    code: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    aliases: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    kind: str = Field(index=True, sa_type=Text)
    body: str = Field(index=True, sa_type=Text)
    areas: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    mandate: str = Field(default="", sa_type=Text)
    turnus_months: float | None = Field(default=None, sa_type=Float)
    offset_to: str | None = Field(default=None, sa_type=Text)
    prepares: str | None = Field(default=None, sa_type=Text)
    planned: bool = Field(default=False, sa_type=Boolean)
    exists_since: date | None = None
    ended_on: date | None = None
    imported: bool = Field(default=False, sa_type=Boolean)
    source: str = Field(default="", sa_type=Text)
    known_as: str = Field(sa_type=Text)


class Seat(Row, table=True):
    """A place in a committee that its convener keeps for a unit (Sitz)."""

    __table_args__ = (
        # Nobody offers seats but who convenes the committee.
        ForeignKeyConstraint(["committee_id", "unit"], ["committee.id", "committee.unit"]),
        UniqueConstraint("id", "addressee"),
        CheckConstraint("role IN ('member', 'guest', 'advisory')", name="role"),
    )

    committee_id: UUID = Field(index=True)
    addressee: str = Field(index=True, sa_type=Text)
    role: str = Field(sa_type=Text)
    vote: bool | None = None


class Membership(Row, table=True):
    """What the invited unit says to its seat: taken by which post, or declined (Mitgliedschaft)."""

    __table_args__ = (
        # A seat is taken or declined by the unit it is kept for; the database knows it, too.
        ForeignKeyConstraint(["seat_id", "unit"], ["seat.id", "seat.addressee"]),
        CheckConstraint("(post IS NOT NULL) = takes", name="post_named"),
        CheckConstraint("takes OR reason <> ''", name="reason_given"),
        CheckConstraint("takes OR ended_on IS NULL", name="only_what_is_taken_ends"),
    )

    seat_id: UUID = Field(index=True)
    takes: bool = Field(sa_type=Boolean)
    post: str | None = Field(default=None, sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    ended_on: date | None = None
