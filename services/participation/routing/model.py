"""Routing as it is stored: proposals of the coordination, replies and hand-overs of the offices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field

from services.participation.database import Row

ACCEPTED = "accepted"


class Routing(Row, table=True):
    """The coordination's proposal which office should take on an item (Zuleitungsvorschlag)."""

    __table_args__ = (
        CheckConstraint("addressee <> unit", name="proposes_another"),
        CheckConstraint("reason <> ''", name="reason_given"),
        # What a proposal rests on was said about the same item.
        ForeignKeyConstraint(["based_on", "item_id"], ["suggestion.id", "suggestion.item_id"]),
        UniqueConstraint("id", "item_id", "addressee"),
    )

    item_id: UUID = Field(index=True, sa_column_args=[ForeignKey("item.id")])
    addressee: str = Field(index=True, sa_type=Text)
    reason: str = Field(sa_type=Text)
    based_on: UUID | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class RoutingReply(Row, table=True):
    """What the proposed office says to it: it takes the item on, or names who should."""

    __tablename__ = "routing_reply"
    __table_args__ = (
        # The office that replies is the office that was proposed; the database knows it, too.
        ForeignKeyConstraint(
            ["routing_id", "item_id", "unit"],
            ["routing.id", "routing.item_id", "routing.addressee"],
        ),
        UniqueConstraint("routing_id"),
        UniqueConstraint("id", "item_id", "unit", "outcome"),
        CheckConstraint("outcome IN ('accepted', 'not_mine')", name="outcome"),
        CheckConstraint(
            "outcome = 'accepted' OR (reason <> '' AND named_unit IS NOT NULL)",
            name="another_named",
        ),
        CheckConstraint("named_unit <> unit", name="names_another"),
    )

    routing_id: UUID
    item_id: UUID = Field(index=True)
    outcome: str = Field(sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    named_unit: str | None = Field(default=None, sa_type=Text)


class Handover(Row, table=True):
    """An office passes on what it had accepted, and names to whom (Abgabe)."""

    __table_args__ = (
        # Only what was accepted can be passed on, by the office that accepted it, and once.
        ForeignKeyConstraint(
            ["acceptance_id", "item_id", "unit", "acceptance"],
            [f"routing_reply.{column}" for column in ("id", "item_id", "unit", "outcome")],
        ),
        UniqueConstraint("acceptance_id"),
        CheckConstraint("acceptance = 'accepted'", name="was_accepted"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("named_unit <> unit", name="names_another"),
    )

    acceptance_id: UUID
    item_id: UUID = Field(index=True)
    acceptance: str = Field(default=ACCEPTED, sa_type=Text)
    reason: str = Field(sa_type=Text)
    named_unit: str = Field(sa_type=Text)
