"""Areas for tests: a small town of squares in the middle of Berlin, and where real files lie."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box, mapping

from services.datahub.areas import actions
from services.datahub.areas.actions import TakenIn
from services.datahub.areas.reading.piece import Reading
from services.datahub.commands import caller
from shared.database import Sessions, speaking

ROOT = Path(__file__).parents[2]
REAL = Path(os.environ.get("KIEZKNOTEN_DATA", ROOT / "../shared/data")) / "lor"
real_data = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real LOR files in {REAL}")

WEST, SOUTH, SIDE = 385_000, 5_810_000, 1_000
METRES = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}}
STATION = {"lon": 13.3085, "lat": 52.4096}
Feature = dict[str, Any]


def square(column: int, row: int = 0, *, side: int = SIDE) -> dict[str, Any]:
    """A square of the town, in metres."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return dict(mapping(box(west, south, west + side, south + side)))


def feature(key: Any, name: str, geometry: Any, **more: Any) -> Feature:
    """An area as the Geoportal writes it."""
    return {"type": "Feature", "properties": {"id": key, "name": name} | more, "geometry": geometry}


def collection(features: Iterable[Feature], **more: Any) -> dict[str, Any]:
    """A file of areas in metres, unless `crs` says otherwise."""
    return {"type": "FeatureCollection", "crs": METRES, "features": list(features)} | more


def town() -> list[Feature]:
    """Three Planungsräume in a row: two in region 061001, one in 061002."""
    return [
        feature("06100101", "Fichtenberg", square(0)),
        feature("06100102", "Schloßstraße", square(1)),
        feature("06100204", "Munsterdamm", square(2)),
    ]


def regions() -> list[Feature]:
    """The two Bezirksregionen of the town."""
    wide = box(WEST, SOUTH, WEST + 2 * SIDE, SOUTH + SIDE)
    return [
        feature("061001", "Schloßstraße", dict(mapping(wide))),
        feature("061002", "Albrechtstraße", square(2)),
    ]


def written(folder: Path, name: str, document: Any) -> Path:
    """A file with this JSON."""
    file = folder / name
    file.write_text(json.dumps(document, ensure_ascii=False))
    return file


async def take_in(sessions: Sessions, reading: Reading, *, again: bool = False) -> TakenIn:
    """Store a reading as the command does."""
    who = caller()
    async with speaking(sessions, who) as session:
        return await actions.take_in(session, who, reading, again=again)
