"""HTTP for areas: parse, call, answer."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Query, Response
from pydantic import StringConstraints

from services.datahub.areas import actions, queries, rules
from services.datahub.areas.model import METRES, SOURCE, Area, Level, LorVersion, Precision
from services.datahub.areas.queries import Hit
from services.datahub.areas.schema import (
    AreaFeature,
    AreaRef,
    AreaView,
    Lat,
    Located,
    LocatedPoints,
    Lon,
    Place,
    PointsDraft,
)
from shared.conditional import tag_of, unchanged
from shared.database import Session
from shared.paging import Page, Paged
from shared.problems import Refused, preferred
from shared.routing import SliceRouter
from shared.wire import AreaKey, Day

router = SliceRouter("areas")
GEOJSON = "application/geo+json"
CRS = {"crs84": queries.DEGREES, "25833": METRES}
Version = Annotated[LorVersion, Query(description="LOR version")]
FormName = Literal["json", "geojson"]
CrsName = Literal["crs84", "25833"]
Detail = Literal["full", "simplified"]
Search = Annotated[str, StringConstraints(min_length=1, max_length=100)]


@dataclass(frozen=True, slots=True)
class Form:
    """How an area is to be shown."""

    geojson: bool
    crs: CrsName
    detail: Detail

    @property
    def srid(self) -> int:
        """The reference system of the coordinates, by its EPSG number."""
        return CRS[self.crs]

    @property
    def crs_member(self) -> dict[str, Any] | None:
        """What tells GIS programs that coordinates are not degrees."""
        if self.srid == queries.DEGREES:
            return None
        name = f"urn:ogc:def:crs:EPSG::{self.srid}"
        return {"type": "name", "properties": {"name": name}}


def wanted_form(
    f: Annotated[FormName | None, Query(description="wins over Accept")] = None,
    crs: Annotated[CrsName, Query(description="coordinates of the GeoJSON")] = "crs84",
    detail: Annotated[Detail, Query(description="corners of the GeoJSON")] = "full",
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Form:
    """The form that the query or else the header asks for."""
    return Form(f == "geojson" if f else GEOJSON in accept, crs, detail)


WantedForm = Annotated[Form, Depends(wanted_form)]


def shown(area: Area) -> AreaView:
    """An area without its surface."""
    level = Level(area.level)
    return AreaView(
        **area.model_dump(include=set(AreaView.model_fields) & set(Area.model_fields)),
        level_code=level.code,
        schematic=area.precision == Precision.SCHEMATIC,
    )


def place(version: LorVersion, hit: Hit) -> Place:
    """A hit as the API tells it."""
    keys = rules.lineage(hit.key or "")
    refs = {rules.level_of(key): AreaRef(key=key, name=hit.names.get(key)) for key in keys}
    return Place(
        unit=SOURCE,
        lor_version=version,
        precision=Precision(hit.precision or "none"),
        schematic=hit.precision == Precision.SCHEMATIC,
        district=refs[Level.DISTRICT],
        forecast_area=refs.get(Level.FORECAST_AREA),
        district_region=refs.get(Level.DISTRICT_REGION),
        planning_area=refs.get(Level.PLANNING_AREA),
        licence=rules.LICENCE,
        attribution=rules.attribution(hit.precision or "none"),
    )


@router.get("", act="area.read")
async def browse(
    session: Session,
    paging: Paged,
    version: Version = LorVersion.SINCE_2021,
    level: Level | None = None,
    parent: Annotated[AreaKey | None, Query(description="right below this area")] = None,
    within: Annotated[AreaKey | None, Query(description="anywhere in this area")] = None,
    q: Annotated[Search | None, Query(description="part of a name")] = None,
) -> Page[AreaView]:
    """The areas (LOR) of a version, by level, place or name."""
    found = await queries.newest(
        session, paging, version, level=level, parent=parent, within=within, q=q
    )
    return found.shown(shown)


@router.get("/locate", act="area.locate")
async def locate(
    session: Session,
    lon: Annotated[Lon, Query()],
    lat: Annotated[Lat, Query()],
    version: LorVersion | None = None,
    on: Annotated[Day | None, Query(description="the version that was in force then")] = None,
) -> Place:
    """The Planungsraum, Bezirksregion, Prognoseraum and Bezirk at a point."""
    meant = rules.version_for(version, on)
    (outcome,) = await actions.locate(session, meant, [(lon, lat)])
    if isinstance(outcome, Refused):
        raise outcome
    return place(meant, outcome)


@router.post("/locate", act="area.locate", status_code=200)
async def locate_all(
    session: Session,
    draft: PointsDraft,
    accept_language: Annotated[str, Header(include_in_schema=False)] = "",
) -> LocatedPoints:
    """Up to 1000 points at once; one that cannot be located does not stop the others."""
    meant = rules.version_for(draft.version, draft.on)
    points = [(point.lon, point.lat) for point in draft.points]
    outcomes = await actions.locate(session, meant, points)
    english = preferred(accept_language) == "en"
    items = []
    for point, outcome in zip(draft.points, outcomes, strict=True):
        if isinstance(outcome, Refused):
            said = (outcome.en if english else outcome.de).format_map(outcome.facts)
            items.append(Located(id=point.id, place=None, problem=outcome.slug(), detail=said))
        else:
            found = place(meant, outcome)
            items.append(Located(id=point.id, place=found, problem=None, detail=None))
    return LocatedPoints(lor_version=meant, items=items)


@router.get(
    "/{version}/{key}",
    act="area.read",
    response_model=AreaView,
    responses={200: {"content": {GEOJSON: {}}}},
)
async def read(
    session: Session,
    response: Response,
    version: LorVersion,
    key: AreaKey,
    form: WantedForm,
    if_none_match: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response | AreaView:
    """An area; with `f=geojson` or `Accept: application/geo+json` as a GeoJSON Feature."""
    area = await queries.one(session, version, key)
    if not form.geojson:
        response.headers["Vary"] = "Accept"
        return shown(area)
    surface = await queries.drawing(session, area, detail=form.detail, srid=form.srid)
    if surface is None:
        raise rules.NoGeometry(key=key, version=version)
    feature = AreaFeature(
        id=f"{version}/{key}",
        properties=shown(area),
        geometry=json.loads(surface),
        crs=form.crs_member,
    )
    headers = {"ETag": tag_of(feature), "Vary": "Accept"}
    if unchanged(headers["ETag"], if_none_match):
        return Response(status_code=304, headers=headers)
    # RFC 7946 knows no `crs`; where the coordinates are the usual ones it is not there at all.
    unused = {"crs"} if feature.crs is None else None
    return Response(feature.model_dump_json(exclude=unused), headers=headers, media_type=GEOJSON)


@router.get("/{version}/{key}/children", act="area.read")
async def children(
    session: Session, paging: Paged, version: LorVersion, key: AreaKey
) -> Page[AreaView]:
    """The areas right below an area."""
    area = await queries.one(session, version, key)
    found = await queries.newest(session, paging, version, parent=area.key)
    return found.shown(shown)


@router.get("/{version}/{key}/ancestors", act="area.read")
async def ancestors(session: Session, version: LorVersion, key: AreaKey) -> Page[AreaView]:
    """The areas that an area lies in, the Bezirk first."""
    area = await queries.one(session, version, key)
    return Page[AreaView](
        items=[shown(each) for each in await queries.above(session, version, area.key)]
    )
