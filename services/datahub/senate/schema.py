"""What came from the Senate, and the reading of it, as the API takes and shows them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from geoalchemy2 import WKBElement
from geoalchemy2.shape import to_shape
from pydantic import BaseModel, BeforeValidator, Field

from shared.berlin import degrees
from shared.wire import Draft, Prose, View


class ObsStatus(StrEnum):
    """Why a value is as it is, or is not there (SDMX CL_OBS_STATUS)."""

    NORMAL = "A"
    BREAK = "B"
    ESTIMATED = "E"
    PROVISIONAL = "P"
    LOW_RELIABILITY = "U"
    NOT_COLLECTED = "L"
    CANNOT_EXIST = "M"
    MISSING = "O"
    SUPPRESSED = "Q"


def as_geojson(stored: Any) -> Any:
    """A stored point as GeoJSON writes it (RFC 7946: CRS84)."""
    if not isinstance(stored, WKBElement):
        return stored
    east, north = to_shape(stored).coords[0]
    return {"type": "Point", "coordinates": list(degrees(east, north))}


class Point(BaseModel):
    """A GeoJSON point: longitude, latitude."""

    type: Literal["Point"]
    coordinates: Annotated[list[float], Field(examples=[[13.3089, 52.4195]])]


class FromSenateView(View):
    """A record of a Senate system; `key` and `told_at` are that system's own."""

    key: str
    area_key: str
    lor_version: str
    told_at: datetime
    gone_at: datetime | None


class IndicatorValueView(FromSenateView):
    """An indicator's value, or by its status why there is none."""

    indicator: str
    period: str
    value: float | None
    status: ObsStatus


class HousingSiteView(FromSenateView):
    """Land for at least 50 dwellings."""

    name: str
    dwellings: int
    horizon: str
    point: Annotated[Point, BeforeValidator(as_geojson)]


class InfrastructureSiteView(FromSenateView):
    """A site of social infrastructure."""

    kind: str
    name: str
    capacity: int | None
    need: int | None
    point: Annotated[Point, BeforeValidator(as_geojson)]


class AskDraft(Draft):
    """The wish that a Senate system be read now."""

    reason: Prose = ""


class AskedView(View):
    """Such a wish, where it stands, and the run that answers it."""

    connector: str
    reason: str
    standing: str
    run_id: UUID | None


class FailureView(BaseModel):
    """Why a run failed, in both languages; `detail` is for whoever looks after it."""

    code: str
    de: str
    en: str
    detail: str


class RunView(View):
    """One reading of a Senate system: how far it is, and what it changed here."""

    connector: str
    request_id: UUID | None
    outcome: str
    share_done: float | None = Field(description="from 0 to 1; null until it is known")
    since: datetime | None
    as_of: datetime | None
    started_at: datetime
    finished_at: datetime | None
    failure: FailureView | None
    attempts: int
    total: int | None
    before: int = Field(description="what runs before it, cut off, had seen already")
    pages: int
    seen: int
    new: int
    changed: int
    gone: int
    unchanged: int


class ConnectorView(BaseModel):
    """A Senate system that is read here, when it was and when it will be."""

    name: str
    unit: str
    title: str
    holds: str
    format: str = Field(description="who defined the exchange format; ours while none is public")
    last_run: RunView | None
    next_at: datetime
