"""Every SQL statement about areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geoalchemy2.shape import to_shape
from shapely import MultiPolygon
from sqlalchemy import Select, exists, false, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from sqlmodel import col

from services.datahub.areas.model import METRES, Area, Intake, Level, LorVersion
from services.datahub.areas.rules import folded, level_of, lineage
from shared.lookup import among
from shared.paging import Found, Paging, one_page
from shared.problems import NotFound

DEGREES = 4326
DECIMALS = {DEGREES: 7, METRES: 3}
DRAWINGS = {"full": Area.geometry, "simplified": Area.simplified}

# Each point finds its Planungsraum, and only where there is none the finest of the others, whose
# long borders are slow to measure (coalesce stops at the first that is found). Within a metre, for
# borders of neighbours may differ by the rounding of their coordinates; on a border the lowest key
# counts. Schematic surfaces are asked only as long as there is nothing real. `&&` with a box that
# is known beforehand, because row policies let no other form use the index (deploy/database.sql).
LOCATE = text("""
WITH stock AS MATERIALIZED (
    SELECT coalesce(bool_or(precision IN ('simplified', 'full')), false) AS real,
           count(DISTINCT left(key, 2)) FILTER (WHERE precision IN ('simplified', 'full')) = 12
               AS complete
    FROM area WHERE lor_version = :version
), given AS MATERIALIZED (
    SELECT number, ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 25833) AS point
    FROM unnest(CAST(:lons AS float8[]), CAST(:lats AS float8[])) WITH ORDINALITY
        AS listed (lon, lat, number)
), asked AS MATERIALIZED (
    SELECT number, point, ST_Expand(point, 1) AS around FROM given
), found AS MATERIALIZED (
    SELECT asked.number, stock.complete, coalesce(
        (SELECT id FROM area
         WHERE geometry && asked.around AND ST_DWithin(geometry, asked.point, 1)
           AND lor_version = :version AND level = 'planning_area'
           AND (precision = 'schematic') = (NOT stock.real)
         ORDER BY round(CAST(ST_Distance(geometry, asked.point) AS numeric), 3), key LIMIT 1),
        (SELECT id FROM area
         WHERE geometry && asked.around AND ST_DWithin(geometry, asked.point, 1)
           AND lor_version = :version AND level <> 'planning_area'
           AND (precision = 'schematic') = (NOT stock.real)
         ORDER BY length(key) DESC,
                  round(CAST(ST_Distance(geometry, asked.point) AS numeric), 3), key LIMIT 1)
    ) AS id
    FROM asked CROSS JOIN stock
)
SELECT found.complete, area.key, area.precision,
       (SELECT jsonb_object_agg(above.key, above.name) FROM area AS above
        WHERE above.lor_version = :version
          AND above.key IN (left(area.key, 2), left(area.key, 4), left(area.key, 6), area.key)
       ) AS names
FROM found LEFT JOIN area ON area.id = found.id
ORDER BY found.number
""")


@dataclass(frozen=True, slots=True)
class Hit:
    """The finest area at a point, with the names known above it; `complete` is all of Berlin."""

    complete: bool
    key: str | None
    precision: str | None
    names: Mapping[str, str]


def light() -> Select[Any]:
    """Areas without their surfaces, which are heavy and seldom asked for."""
    heavy: list[Any] = [Area.geometry, Area.simplified]
    return select(Area).options(*(defer(each, raiseload=True) for each in heavy))


async def one(session: AsyncSession, version: LorVersion, key: str) -> Area:
    """The area with this key in this version."""
    statement = light().where(col(Area.lor_version) == version, col(Area.key) == key)
    area = await session.scalar(statement)
    if not isinstance(area, Area):
        raise NotFound
    return area


async def newest(
    session: AsyncSession,
    paging: Paging,
    version: LorVersion,
    *,
    level: Level | None = None,
    parent: str | None = None,
    within: str | None = None,
    q: str | None = None,
) -> Found[Area]:
    """The areas of a version, of one level, right below or anywhere in another, or by name."""
    statement = light().where(col(Area.lor_version) == version)
    if level:
        statement = statement.where(col(Area.level) == level)
    if parent:
        statement = statement.where(col(Area.parent_key) == parent)
    if within:
        statement = statement.where(
            col(Area.key).startswith(within), func.length(Area.key) > len(within)
        )
    if q is not None:
        # What folds to nothing is part of no name; to SQL it would be part of every one.
        named = col(Area.folded).contains(folded(q)) if folded(q) else false()
        statement = statement.where(named)
    return await one_page(session, Area, paging, statement)


async def above(session: AsyncSession, version: LorVersion, key: str) -> list[Area]:
    """The areas that an area lies in, the district first."""
    statement = (
        light()
        .where(col(Area.lor_version) == version, among(col(Area.key), lineage(key)[:-1]))
        .order_by(col(Area.key))
    )
    return list(await session.scalars(statement))


async def drawing(session: AsyncSession, area: Area, *, detail: str, srid: int) -> str | None:
    """The surface of an area as GeoJSON text, in degrees or metres."""
    surface: Any = func.ST_Transform(DRAWINGS[detail], srid)
    # 0: without the member `crs`, which RFC 7946 has done away with.
    statement = select(func.ST_AsGeoJSON(surface, DECIMALS[srid], 0))
    found: str | None = await session.scalar(statement.where(col(Area.id) == area.id))
    return found


async def hits(
    session: AsyncSession, version: LorVersion, points: Sequence[tuple[float, float]]
) -> list[Hit]:
    """What lies at each of the points (longitude, latitude), by one statement."""
    given = {
        "version": version.value,
        "lons": [lon for lon, _ in points],
        "lats": [lat for _, lat in points],
    }
    rows = (await session.execute(LOCATE, given)).all()
    return [Hit(row.complete, row.key, row.precision, row.names or {}) for row in rows]


async def has_any(session: AsyncSession, version: LorVersion) -> bool:
    """Whether any area of a version is loaded."""
    return bool(await session.scalar(select(exists().where(col(Area.lor_version) == version))))


async def stored(
    session: AsyncSession, version: LorVersion, keys: Sequence[str]
) -> dict[str, Area]:
    """The areas with these keys that are stored already, with their surfaces."""
    statement = select(Area).where(col(Area.lor_version) == version, among(col(Area.key), keys))
    return {area.key: area for area in await session.scalars(statement)}


async def surfaces_above(
    session: AsyncSession, version: LorVersion, key: str
) -> dict[str, MultiPolygon]:
    """The real surfaces of the level above that of `key`; none where there is no such level."""
    levels = [level_of(each) for each in lineage(key)]
    if len(levels) == 1:
        return {}
    statement = select(col(Area.key), col(Area.geometry)).where(
        col(Area.lor_version) == version,
        col(Area.level) == levels[-2],
        col(Area.precision).in_(["simplified", "full"]),
    )
    found = {}
    for above_key, surface in await session.execute(statement):
        shape = to_shape(surface)
        assert isinstance(shape, MultiPolygon)
        found[above_key] = shape
    return found


async def intake(session: AsyncSession, sha256: str, version: LorVersion) -> Intake | None:
    """The last time that this very file was read as this version."""
    statement = (
        select(Intake)
        .where(col(Intake.sha256) == sha256, col(Intake.lor_version) == version)
        .order_by(col(Intake.id).desc())
        .limit(1)
    )
    found: Intake | None = await session.scalar(statement)
    return found
