"""Our own exchange format, as long as no official one is public.

`GET <partner>/state` answers `as_of`, with an ETag over everything the partner tells.
`GET <partner>/records?modified_since=&cursor=&limit=` answers `items`, `next` and `total`, the
oldest change first; a deletion is an item with `id`, `modified` and `gone: true`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeVar

from geoalchemy2 import WKBElement
from geoalchemy2.shape import from_shape
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from shapely import Point

from services.datahub.senate.connectors.partner import Partner
from services.datahub.senate.connectors.protocol import Batch, Source, State, Told
from services.datahub.senate.connectors.trouble import Malformed
from services.datahub.senate.model import ETRS89_UTM33
from shared.wire import AreaKey

PAGE_SIZE = 50
# Berlin in EPSG:25833, generously: what lies outside was swapped or is in another system.
EAST, NORTH = (365_000, 420_000), (5_795_000, 5_842_000)

Key = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]
LorVersion = Annotated[str, StringConstraints(pattern=r"^(2006|2019|2021)$")]
Easting = Annotated[float, Field(ge=EAST[0], le=EAST[1])]
Northing = Annotated[float, Field(ge=NORTH[0], le=NORTH[1])]


Kind = TypeVar("Kind", bound=BaseModel)


class Record(BaseModel):
    """What every record has; a field we do not know is a partner's news and harms nobody."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    id: Key
    modified: AwareDatetime

    def says(self) -> dict[str, Any]:
        """What is kept of a record besides its id and instant: nothing where it is gone."""
        return {}


class Located(Record):
    """What every record that exists has: an area, by its key of a version of LOR."""

    area_key: AreaKey
    lor_version: LorVersion

    def says(self) -> dict[str, Any]:
        """The columns that are kept."""
        return self.model_dump(exclude={"id", "modified"})


class Spot(BaseModel):
    """A point in EPSG:25833, in Berlin."""

    easting: Easting
    northing: Northing

    def stored(self) -> WKBElement:
        """The point as the database takes it."""
        return from_shape(Point(self.easting, self.northing), srid=ETRS89_UTM33)


class StateRead(BaseModel):
    """The answer about the present state."""

    as_of: AwareDatetime


class PageRead(BaseModel):
    """The envelope of one page."""

    items: Annotated[list[dict[str, Any]], Field(max_length=10_000)]
    next: Annotated[str | None, Field(min_length=1, max_length=1_000)]
    total: Annotated[int, Field(ge=0)]


@dataclass(slots=True)
class OwnFormat:
    """A connector that speaks our own format; `record` says what one of its records holds."""

    source: Source
    record: type[Located]
    partner: Partner
    _passed: set[str] = field(default_factory=set)

    async def state(self, known_tag: str | None) -> State | None:
        """The partner's present state; None if it is still the one with `known_tag`."""
        answer = await self.partner.ask("state", known_tag=known_tag)
        if answer.data is None:
            return None
        return State(read(StateRead, answer.data, "state").as_of, answer.tag)

    async def changes(self, since: datetime | None, cursor: str | None) -> Batch:
        """What changed from `since` on, from `cursor` on."""
        params = {"limit": str(PAGE_SIZE)}
        if since:
            params["modified_since"] = since.isoformat()
        if cursor:
            params["cursor"] = cursor
            self._passed.add(cursor)
        answer = await self.partner.ask("records", params)
        page = read(PageRead, answer.data or {}, "page")
        if page.next in self._passed:
            raise Malformed("the pages go round in a circle")
        return Batch([self._told(item) for item in page.items], page.next, page.total)

    def _told(self, item: dict[str, Any]) -> Told:
        gone = item.get("gone") is True
        kind = Record if gone else self.record
        known = read(kind, item, f"record {str(item.get('id'))[:80]}")
        return Told(known.id, known.modified, gone, known.says())


def read(kind: type[Kind], data: dict[str, Any], what: str) -> Kind:
    """Data as agreed; otherwise it says which record and which field are not."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Malformed(f"{what}: {place}: {first['msg']}") from error
