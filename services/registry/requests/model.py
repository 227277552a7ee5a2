"""Requests between units as they are stored: each row is the word of the unit it names."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Text, UniqueConstraint
from sqlmodel import Field

from services.registry.database import Row


class Request(Row, table=True):
    """What one unit asks of another (Koordinationsersuchen)."""

    __table_args__ = (
        CheckConstraint("addressee <> unit", name="asks_another"),
        UniqueConstraint("id", "unit"),
        UniqueConstraint("id", "addressee"),
    )

    addressee: str = Field(index=True, sa_type=Text)
    question: str = Field(sa_type=Text)
    purpose: str = Field(default="", sa_type=Text)
    areas: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    topics: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    wished_by: date
    withdrawn_on: date | None = None


class Reply(Row, table=True):
    """What the addressed unit says to a request (Antwort auf ein Koordinationsersuchen)."""

    __table_args__ = (
        # The unit that replies is the unit that was asked; the database knows it, too.
        ForeignKeyConstraint(["request_id", "unit"], ["request.id", "request.addressee"]),
        CheckConstraint("outcome = 'accepted' OR reason <> ''", name="reason_given"),
        CheckConstraint(
            "outcome <> 'not_responsible' OR named_unit IS NOT NULL", name="unit_named"
        ),
    )

    request_id: UUID = Field(index=True)
    outcome: str = Field(sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    named_unit: str | None = Field(default=None, sa_type=Text)


class Reminder(Row, table=True):
    """The asking unit's reminder (Erinnerung); it changes nothing but what is known."""

    __table_args__ = (
        ForeignKeyConstraint(["request_id", "unit"], ["request.id", "request.unit"]),
        UniqueConstraint("request_id", "reminded_on"),
    )

    request_id: UUID
    reminded_on: date
