"""Actors as the API takes and shows them: organisations and how to reach them, never persons."""

from datetime import date
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, computed_field, model_validator

from services.registry.actors.model import Category
from shared.rows import Visibility
from shared.wire import AreaKey, Day, Draft, Line, Prose, Revision, UnitCode, View

# Berlin in CRS84, a little rounded up: swapped coordinates and those of elsewhere lie outside.
Lon = Annotated[float, Field(ge=13.08, le=13.77, description="CRS84", examples=[13.3071])]
Lat = Annotated[float, Field(ge=52.33, le=52.68, description="CRS84", examples=[52.4016])]
Website = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s/?#@\\]+\.[^\s@\\]+$", max_length=300),
    Field(examples=["https://stadtteilzentrum.example"]),
]
Mail = Annotated[
    str,
    StringConstraints(pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$", max_length=254),
    Field(
        description="function mailbox of the organisation",
        examples=["post@stadtteilzentrum.example"],
    ),
]
Aliases = Annotated[list[Line], Field(max_length=30)]
Areas = Annotated[
    list[AreaKey], Field(max_length=200, description="where it is active, not where it sits")
]


class ActorDraft(Draft):
    """An organisation, initiative or facility as it enters itself."""

    name: Line
    aliases: Aliases = Field(default_factory=list)
    category: Category
    areas: Areas = Field(default_factory=list)
    address: Line | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    website: Website | None = None
    mail: Mail | None = None
    source: Annotated[Prose, Field(description="where the entry is taken from")] = ""
    visibility: Visibility = Visibility.PUBLIC

    @model_validator(mode="after")
    def is_placed_wholly(self) -> Self:
        """Both coordinates or none."""
        if (self.lon is None) != (self.lat is None):
            raise ValueError("Bitte lon und lat angeben. | Please give both lon and lat.")
        return self


class ListingDraft(ActorDraft):
    """An actor as a coordination knows it."""

    represents: Annotated[
        UnitCode | None, Field(description="the partner's code, where it has one")
    ] = None


class ActorRevision(Revision):
    """What is to be different in an entry."""

    clearable: ClassVar[frozenset[str]] = frozenset(
        {"address", "lon", "lat", "website", "mail", "closed_on"}
    )

    name: Line | None = None
    aliases: Aliases | None = None
    category: Category | None = None
    areas: Areas | None = None
    address: Line | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    website: Website | None = None
    mail: Mail | None = None
    closed_on: Day | None = None
    visibility: Visibility | None = None

    @model_validator(mode="after")
    def has_both_numbers(self) -> Self:
        """A place has both numbers or none."""
        changes = self.changes()
        if ("lon" in changes) != ("lat" in changes) or (self.lon is None) != (self.lat is None):
            raise ValueError("Bitte lon und lat angeben. | Please give both lon and lat.")
        return self


class SuggestionDraft(Draft):
    """What another unit's entry should say, and why."""

    changes: ActorRevision
    reason: Annotated[Prose, Field(min_length=3)]


class ActorView(View):
    """An actor, as it presents itself or as a coordination lists it."""

    name: str
    aliases: list[str]
    category: Category
    areas: list[str]
    address: str | None
    lon: float | None
    lat: float | None
    website: str | None
    mail: str | None
    represents: str | None
    source: str
    closed_on: date | None

    @computed_field(description="whether the actor itself has made the entry")  # type: ignore[prop-decorator]  # mypy 1361
    @property
    def speaks_for_itself(self) -> bool:
        """Whether the actor itself has made the entry."""
        return self.represents == self.unit


class SuggestionView(View):
    """A suggestion; only the unit it is addressed to can follow it."""

    actor_id: UUID
    addressee: str
    changes: dict[str, Any]
    reason: str


class CategoryView(BaseModel):
    """A category of actors (code list)."""

    code: Category
    name: str
    within: Category | None
    aliases: list[str]


class Categories(BaseModel):
    """All categories of actors."""

    items: list[CategoryView]
