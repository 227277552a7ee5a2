"""Districts as the API shows them, and as the seed brings them."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from shared.wire import Day, Draft, Line, UnitCode, View

BodyKey = Annotated[
    str,
    StringConstraints(pattern=r"^\d\d$"),
    Field(description="the district's LOR key, with its leading zero", examples=["06"]),
]


class AttachedTo(StrEnum):
    """Below whom a district's OE SPK stands."""

    MAYOR = "mayor"
    COUNCILLOR = "councillor"


class CoordinationSeatDraft(Draft):
    """Where a district attaches its OE SPK, as a source has it."""

    as_of: Day
    established: bool | None = None
    being_set_up: bool = False
    attached_to: AttachedTo | None = None
    department: Line | None = None
    preferred_by_offices: AttachedTo | None = None
    source: Line


class BodyDraft(Draft):
    """A district with all of its names."""

    key: BodyKey
    name: Line
    aliases: Annotated[list[Line], Field(max_length=50)] = Field(default_factory=list)
    executive: UnitCode | None = None
    assembly: UnitCode | None = None
    coordination: UnitCode | None = None


class CoordinationSeatView(View):
    """Where a district attaches its OE SPK, and who says so."""

    as_of: date
    established: Annotated[bool | None, Field(description="null: the source does not say")]
    being_set_up: bool
    attached_to: AttachedTo | None
    department: str | None
    preferred_by_offices: AttachedTo | None
    source: str


class BodyView(View):
    """A district; `executive`, `assembly` and `coordination` are codes of its units."""

    key: str
    name: str
    aliases: list[str]
    executive: str | None
    assembly: str | None
    coordination: str | None
    coordination_seats: list[CoordinationSeatView]
