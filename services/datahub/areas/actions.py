"""What can be done with areas: take in what a file says, and locate points."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geoalchemy2.shape import from_shape, to_shape
from sqlalchemy.ext.asyncio import AsyncSession

from services.datahub.areas import queries, rules
from services.datahub.areas.model import METRES, SOURCE, Area, Intake, LorVersion
from services.datahub.areas.queries import Hit
from services.datahub.areas.reading.duplicates import settled
from services.datahub.areas.reading.piece import Finding, Piece, Reading
from shared import journal
from shared.access import Caller
from shared.database import take_turns
from shared.problems import Refused
from shared.rows import Visibility

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """An intake, and whether it was made now or this file had been read before."""

    intake: Intake
    anew: bool


async def take_in(
    session: AsyncSession, caller: Caller, reading: Reading, *, again: bool = False
) -> TakenIn:
    """Store what a file says about areas, as the word of its source; the same file only once."""
    version = reading.version
    assert version is not None
    await take_turns(session, f"areas {version}")
    intake = Intake(
        unit=SOURCE,
        file=reading.file,
        sha256=reading.sha256,
        lor_version=version,
        found=reading.found,
        written=0,
        findings=[],
    )
    caller.must_own(intake)
    former = await queries.intake(session, reading.sha256, version)
    if former and not again:
        return TakenIn(former, anew=False)
    reading = await with_one_piece_per_key(session, reading, version)
    present = await queries.stored(session, version, [piece.key for piece in reading.pieces])
    changed, kept = [], 0
    for piece in reading.pieces:
        area = present.get(piece.key)
        kept += area is not None and less_exact(area, piece, reading)
        area, differs = revised(area, piece, reading)
        changed += [area] if differs else []
    findings = [*reading.findings, *left_alone(reading.file, kept)]
    intake.written = len(changed)
    intake.findings = [finding.as_json() for finding in findings]
    session.add_all([*changed, intake])
    await journal.note(session, caller, intake, *changed)
    return TakenIn(intake, anew=True)


async def with_one_piece_per_key(
    session: AsyncSession, reading: Reading, version: LorVersion
) -> Reading:
    """The reading after its duplicate keys were decided by what is stored above them."""
    times = Counter(piece.key for piece in reading.pieces)
    twice = next((key for key, count in times.items() if count > 1), None)
    if twice is None:
        return reading
    return settled(reading, await queries.surfaces_above(session, version, twice))


def less_exact(area: Area, piece: Piece, reading: Reading) -> bool:
    """Whether the file has a surface that must not replace the one that is stored."""
    return piece.geometry is not None and not rules.at_least_as_exact(
        reading.precision, area.precision
    )


def left_alone(file: str, kept: int) -> list[Finding]:
    """That surfaces stayed as they were."""
    if not kept:
        return []
    said = f"Für {kept} Gebiete ist schon eine genauere Fläche geladen."
    return [Finding(file, None, None, said, "die genauere Fläche bleibt")]


def revised(area: Area | None, piece: Piece, reading: Reading) -> tuple[Area, bool]:
    """The area as it is after this piece, and whether that makes a difference."""
    if area is None:
        return begun(piece, reading), True
    news = facts(piece, reading) if says_otherwise(area, piece) else {}
    if shows_otherwise(area, piece, reading):
        news |= surface(piece, reading)
    for name, value in news.items():
        setattr(area, name, value)
    return area, bool(news)


def begun(piece: Piece, reading: Reading) -> Area:
    """A new area."""
    version = reading.version
    assert version is not None
    start, end = rules.VALID[version]
    return Area(
        unit=SOURCE,
        visibility=Visibility.PUBLIC,
        lor_version=version,
        level=rules.level_of(piece.key),
        key=piece.key,
        parent_key=rules.parent_of(piece.key),
        licence=rules.LICENCE,
        valid_from=start,
        valid_until=end,
        **facts(piece, reading),
        **{"attribution": rules.ATTRIBUTION} | surface(piece, reading),
    )


def says_otherwise(area: Area, piece: Piece) -> bool:
    """Whether a piece brings another name or size, and knows at least as much as the last did."""
    known = (area.name, area.area_m2, area.stated_on, area.facts_rank)
    said = (piece.name, piece.area_m2, piece.stated_on, piece.facts_rank)
    return piece.facts_rank >= area.facts_rank and said != known


def shows_otherwise(area: Area, piece: Piece, reading: Reading) -> bool:
    """Whether a piece brings another surface that is at least as exact."""
    if piece.geometry is None or less_exact(area, piece, reading):
        return False
    same = area.geometry is not None and to_shape(area.geometry) == piece.geometry
    return not same or area.precision != reading.precision


def facts(piece: Piece, reading: Reading) -> dict[str, Any]:
    """Name, size and day, and the file they come from."""
    return {
        "name": piece.name,
        "folded": rules.folded(piece.name),
        "area_m2": piece.area_m2,
        "stated_on": piece.stated_on,
        "facts_rank": piece.facts_rank,
        "source_file": reading.file,
        "source_sha256": reading.sha256,
    }


def surface(piece: Piece, reading: Reading) -> dict[str, Any]:
    """The surface and the file it comes from; nothing where the piece has none."""
    if piece.geometry is None or piece.simplified is None:
        return {}
    return {
        "geometry": from_shape(piece.geometry, srid=METRES),
        "simplified": from_shape(piece.simplified, srid=METRES),
        "precision": reading.precision,
        "attribution": rules.attribution(reading.precision),
        "geometry_file": reading.file,
        "geometry_sha256": reading.sha256,
    }


async def locate(
    session: AsyncSession, version: LorVersion, points: Sequence[Point]
) -> list[Hit | Refused]:
    """For each point (longitude, latitude) what lies there, or why nothing does."""
    outcomes: dict[int, Hit | Refused] = {}
    for number, (lon, lat) in enumerate(points):
        try:
            rules.must_be_near_berlin(lon, lat)
        except Refused as refused:
            outcomes[number] = refused
    asked = [number for number in range(len(points)) if number not in outcomes]
    found = await queries.hits(session, version, [points[number] for number in asked])
    for number, hit in zip(asked, found, strict=True):
        outcomes[number] = hit if hit.key else nothing_at(points[number], version, hit)
    return [outcomes[number] for number in range(len(points))]


def nothing_at(point: Point, version: LorVersion, hit: Hit) -> Refused:
    """Why there is no area at a point."""
    if hit.complete:
        return rules.OutsideBerlin(lon=point[0], lat=point[1])
    return rules.NotCovered(version=version)
