"""The districts of Berlin as they are stored, and where each attaches its OE SPK."""

from datetime import date
from typing import ClassVar

from sqlalchemy import ARRAY, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from services.registry.database import Row


class Body(Row, table=True):
    """A district (OParl Body, Bezirk). That there are twelve is the word of the Land."""

    __table_args__ = (
        UniqueConstraint("key"),
        Index(
            "ix_body_folded",
            "folded",
            postgresql_using="gin",
            postgresql_ops={"folded": "gin_trgm_ops"},
        ),
    )
    unsaid: ClassVar[frozenset[str]] = frozenset({"folded"})

    key: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    aliases: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    folded: str = Field(sa_type=Text, description="all names as they are looked up")
    executive: str | None = Field(default=None, sa_type=Text)
    assembly: str | None = Field(default=None, sa_type=Text)
    coordination: str | None = Field(default=None, sa_type=Text)


class CoordinationSeat(Row, table=True):
    """What a unit found out about where a district attaches its OE SPK (Anbindung), as of a day.

    `established` is None where the source does not list the district and so says nothing of it.
    """

    __tablename__ = "coordination_seat"
    __table_args__ = (
        ForeignKeyConstraint(["body"], ["body.key"]),
        UniqueConstraint("body", "unit", "as_of"),
    )

    body: str = Field(sa_type=Text)
    as_of: date
    established: bool | None = None
    being_set_up: bool = False
    attached_to: str | None = Field(default=None, sa_type=Text)
    department: str | None = Field(default=None, sa_type=Text)
    preferred_by_offices: str | None = Field(default=None, sa_type=Text)
    source: str = Field(sa_type=Text)
