"""Committees as the API takes and shows them."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.registry.committees.model import Kind
from shared.rows import Visibility
from shared.wire import AreaKey, Day, Draft, Line, Prose, Revision, Slug, UnitCode, View

Body = Annotated[
    str,
    StringConstraints(pattern=r"^(\d\d|be)$"),
    Field(description="the district's key, or be for Berlin", examples=["06"]),
]
Aliases = Annotated[list[Line], Field(max_length=30)]
Areas = Annotated[list[AreaKey], Field(max_length=200)]
Months = Annotated[
    float, Field(gt=0, le=120, description="longest time between two meetings", examples=[3])
]
OffsetTo = Annotated[Slug, Field(description="meets between the meetings of this committee")]
Prepares = Annotated[Slug, Field(description="works towards this committee")]


class SeatRole(StrEnum):
    """What a unit is invited as."""

    MEMBER = "member"
    GUEST = "guest"
    ADVISORY = "advisory"


class CommitteeDraft(Draft):
    """A committee that the sending unit convenes, or an existing one that it enters."""

    code: Slug
    name: Line
    aliases: Aliases = Field(default_factory=list)
    kind: Kind
    body: Body
    areas: Areas = Field(default_factory=list)
    mandate: Prose = ""
    turnus_months: Months | None = None
    offset_to: OffsetTo | None = None
    prepares: Prepares | None = None
    planned: bool = False
    exists_since: Day | None = None
    imported: Annotated[
        bool, Field(description="an existing body that the unit enters here and does not convene")
    ] = False
    source: Annotated[Prose, Field(description="where the entry is taken from")] = ""
    visibility: Literal[Visibility.PUBLIC, Visibility.INTERNAL] = Visibility.PUBLIC
    meant_for: Annotated[
        list[UnitCode],
        Field(
            max_length=100,
            description="units you mean to invite, for the hint on overlaps; it invites nobody",
        ),
    ] = Field(default_factory=list)


class CommitteeRevision(Revision):
    """What is to be different in a committee."""

    clearable: ClassVar[frozenset[str]] = frozenset(
        {"turnus_months", "offset_to", "prepares", "exists_since", "ended_on"}
    )

    name: Line | None = None
    aliases: Aliases | None = None
    kind: Kind | None = None
    areas: Areas | None = None
    mandate: Prose | None = None
    turnus_months: Months | None = None
    offset_to: OffsetTo | None = None
    prepares: Prepares | None = None
    planned: bool | None = None
    exists_since: Day | None = None
    ended_on: Day | None = None


class SeatDraft(Draft):
    """An invitation to a unit; whether it comes is its own word."""

    addressee: UnitCode
    role: SeatRole = SeatRole.MEMBER
    vote: Annotated[bool | None, Field(description="null where no rule says so yet")] = None


class MembershipDraft(Draft):
    """What the invited unit says: taken, and by which post; or not, and why."""

    takes: bool = True
    post: Annotated[
        Line | None,
        Field(description="the function that sits there, such as Jugendhilfeplanung; no name"),
    ] = None
    reason: Prose = ""

    @model_validator(mode="after")
    def is_complete(self) -> Self:
        """A post that sits there, or a reason why not."""
        if self.takes and not self.post:
            raise ValueError("Bitte die Funktion nennen. | Please name the post that sits there.")
        if not self.takes and not self.reason:
            raise ValueError("Bitte begründen. | Please give a reason.")
        if not self.takes and self.post:
            raise ValueError("Ohne Sitz keine Funktion. | No seat, no post.")
        return self


class EndDraft(Draft):
    """Why the unit gives up its seat."""

    reason: Prose = ""


class SeatView(View):
    """A seat and where it stands; `post` is who sits there."""

    committee_id: UUID
    addressee: str
    role: SeatRole
    vote: bool | None
    standing: str
    post: str | None
    membership_id: UUID | None


class MembershipView(View):
    """What a unit said to its seat."""

    seat_id: UUID
    takes: bool
    post: str | None
    reason: str
    ended_on: date | None


class CommitteeView(View):
    """A committee, its seats, and which offices are missing in it."""

    code: str
    name: str
    aliases: list[str]
    kind: Kind
    body: str
    areas: list[str]
    mandate: str
    turnus_months: float | None
    offset_to: str | None
    prepares: str | None
    planned: bool
    exists_since: date | None
    ended_on: date | None
    imported: bool
    source: str
    seats: list[SeatView]
    missing: Annotated[
        list[str], Field(description="offices with a development planning that have no seat")
    ]


class OverlapView(BaseModel):
    """What a committee has in common with one that exists already."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name: str
    alike: Annotated[bool, Field(description="one of its names is nearly the same")]
    areas: list[str]
    words: Annotated[list[str], Field(description="stems of words in name and mandate")]
    members: list[str]


class ConvenedView(CommitteeView):
    """A new committee, and which existing ones might do what it is for."""

    overlaps: list[OverlapView]
