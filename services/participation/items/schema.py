"""Items as the API takes and shows them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.berlin import in_berlin
from shared.rows import Visibility
from shared.wire import AreaKey, Draft, Line, Prose, Slug, View

Language = Annotated[
    str, Field(pattern=r"^[a-z]{2,3}$", description="ISO 639 code", examples=["de", "tr"])
]
PlaceName = Annotated[Prose, Field(max_length=300)]


class Channel(StrEnum):
    """The way on which an item came; the same rules hold for every one."""

    WEB = "web"
    PAPER = "paper"
    PHONE = "phone"
    EVENT = "event"
    LETTER = "letter"
    DESK = "desk"


class Point(Draft):
    """A point in Berlin (CRS84)."""

    lon: Annotated[float, Field(examples=[13.3089])]
    lat: Annotated[float, Field(examples=[52.4195])]

    @model_validator(mode="after")
    def lies_in_berlin(self) -> Self:
        """Elsewhere nobody here is competent; the usual cause is that the two are swapped."""
        if in_berlin(self.lon, self.lat):
            return self
        if in_berlin(self.lat, self.lon):
            raise ValueError(
                "Länge und Breite sind vertauscht: lon ist die Länge (um 13), lat die Breite "
                "(um 52). | Longitude and latitude are swapped: lon is about 13, lat about 52."
            )
        raise ValueError("Der Punkt liegt nicht in Berlin. | The point is not in Berlin.")


class ItemDraft(Draft):
    """What somebody has to say, in their own words, and where."""

    title: Line
    text: Annotated[Prose, Field(min_length=3)]
    topics: Annotated[list[Slug], Field(max_length=10)] = Field(default_factory=list)
    point: Point | None = None
    areas: Annotated[list[AreaKey], Field(max_length=20)] = Field(default_factory=list)
    address: PlaceName = ""
    language: Language = "de"
    visibility: Literal[Visibility.PUBLIC, Visibility.INTERNAL] = Visibility.PUBLIC

    @model_validator(mode="after")
    def names_a_place(self) -> Self:
        """A point, an area or a description: the platform coordinates in space."""
        if self.point is None and not self.areas and not self.address:
            raise ValueError(
                "Bitte einen Ort nennen: Punkt, Gebiet oder Beschreibung. "
                "| Please name a place: a point, an area or a description."
            )
        return self


class RecordDraft(ItemDraft):
    """What somebody said without a computer, written down by who heard or received it."""

    channel: Literal[Channel.PAPER, Channel.PHONE, Channel.EVENT, Channel.LETTER, Channel.DESK]


class LocationView(BaseModel):
    """Where an item lies; `pending` until the data hub has been asked.

    `stated` are areas the author named, `described` is a place in words alone. `schematic` says
    that it was found with a made-up geometry.
    """

    model_config = ConfigDict(from_attributes=True)

    state: Literal["pending", "located", "outside", "stated", "described"]
    lor_version: str | None = None
    planning_area: str | None = None
    region: str | None = None
    forecast_area: str | None = None
    district: str | None = None
    schematic: bool | None = None


class SuggestionView(View):
    """Who may be responsible for a topic, and why; it binds nobody."""

    item_id: UUID
    topic: str
    lead: str | None
    involved: list[str]
    explanation_de: str
    explanation_en: str
    gap: bool


class ItemView(View):
    """An item; without its words where its author has withdrawn them."""

    title: str | None
    text: str | None
    address: str | None
    topics: list[str]
    point: Point | None
    areas: list[str]
    language: str
    channel: Channel
    withdrawn_at: datetime | None
    location: LocationView
    suggestions: list[SuggestionView]
