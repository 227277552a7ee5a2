"""Areas as the API takes and shows them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.datahub.areas.model import Level, LorVersion, Precision
from shared.wire import Day, Draft, View

Lon = Annotated[
    float, Field(allow_inf_nan=False, description="longitude (WGS 84)", examples=[13.3085])
]
Lat = Annotated[
    float, Field(allow_inf_nan=False, description="latitude (WGS 84)", examples=[52.4096])
]
MOST_POINTS = 1000


class AreaView(View):
    """An area; `schematic` means that its surface is made up and only roughly right."""

    lor_version: LorVersion
    level: Level
    level_code: str = Field(description="BEZ, PGR, BZR or PLR")
    key: str
    name: str
    parent_key: str | None
    area_m2: float | None
    stated_on: date | None = Field(description="Stand")
    precision: Precision
    schematic: bool
    source_file: str
    source_sha256: str
    geometry_file: str | None
    geometry_sha256: str | None
    licence: str
    attribution: str
    valid_from: date
    valid_until: date | None


class AreaFeature(BaseModel):
    """An area as a GeoJSON Feature (RFC 7946)."""

    type: Literal["Feature"] = "Feature"
    id: str
    properties: AreaView
    geometry: dict[str, Any]
    crs: dict[str, Any] | None = None


class AreaRef(BaseModel):
    """An area by its key; the name is null where only areas in it are loaded."""

    key: str
    name: str | None


class Place(BaseModel):
    """Where a point lies; a level is null where no area of it is loaded there."""

    unit: str
    lor_version: LorVersion
    precision: Precision
    schematic: bool
    planning_area: AreaRef | None
    district_region: AreaRef | None
    forecast_area: AreaRef | None
    district: AreaRef
    licence: str
    attribution: str


class PointDraft(Draft):
    """A point, with whatever name the caller has for it; a number in quotes is none."""

    model_config = ConfigDict(strict=True)

    id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    lon: Lon
    lat: Lat


class PointsDraft(Draft):
    """Some points to locate at once."""

    version: LorVersion | None = None
    on: Day | None = None
    points: Annotated[list[PointDraft], Field(min_length=1, max_length=MOST_POINTS)]


class Located(BaseModel):
    """One of the points: where it lies, or why that cannot be said."""

    id: str
    place: Place | None
    problem: str | None
    detail: str | None


class LocatedPoints(BaseModel):
    """All of the points, in the order in which they were sent."""

    lor_version: LorVersion
    items: list[Located]
