"""GeoJSON with areas, in degrees (CRS84) or in metres (EPSG:25833), in anybody's attributes."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from shapely import MultiPolygon
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from services.datahub.areas.model import Precision
from services.datahub.areas.reading.attributes import Rows, normal
from services.datahub.areas.reading.piece import Piece, Unusable
from services.datahub.areas.reading.surfaces import (
    broken_at,
    drawn,
    into_metres,
    is_rounded,
    repaired,
    surfaces,
)
from services.datahub.areas.rules import level_of

IN_DEGREES = re.compile(r"(CRS84|EPSG:+4326)$", re.IGNORECASE)
IN_METRES = re.compile(r"EPSG:+25833$", re.IGNORECASE)
SIMPLIFIED = re.compile(r"simplified|vereinfacht|generalis", re.IGNORECASE)
Feature = tuple[int, Mapping[str, Any], BaseGeometry | None]


def parsed(text: bytes) -> Any:
    """The JSON of a file; cut off, not text, or with NaN it is refused."""

    def no_number(name: str) -> NoReturn:
        raise Unusable(f"Die Datei enthält {name}; das ist keine Zahl und kein JSON.")

    try:
        return json.loads(text.decode("utf-8-sig"), parse_constant=no_number)
    except UnicodeDecodeError as error:
        raise Unusable("Die Datei ist kein Text in UTF-8.") from error
    except RecursionError as error:
        raise Unusable("Die Datei ist zu tief verschachtelt.") from error
    except json.JSONDecodeError as error:
        raise Unusable(
            f"Das JSON ist in Zeile {error.lineno}, Spalte {error.colno} fehlerhaft oder "
            "abgeschnitten."
        ) from error


def in_degrees(document: Mapping[str, Any]) -> bool:
    """Whether coordinates are longitude and latitude; the old member `crs` may say otherwise."""
    crs = document.get("crs")
    if crs is None:
        return True
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name")) if isinstance(properties, dict) else str(crs)
    if IN_METRES.search(name):
        return False
    if IN_DEGREES.search(name):
        return True
    raise Unusable(
        f"Das Koordinatensystem „{name[:80]}“ wird nicht gelesen, nur CRS84, EPSG:4326 und "
        "EPSG:25833."
    )


def features(document: Mapping[str, Any]) -> Iterator[Feature]:
    """Number, properties and geometry of each feature."""
    listed = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(listed, list):
        raise Unusable("Das ist keine FeatureCollection (GeoJSON, RFC 7946).")
    if not listed:
        raise Unusable("Die Datei ist leer: Sie enthält kein einziges Gebiet.")
    for number, feature in enumerate(listed, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            raise Unusable(f"Merkmal {number} hat keine Eigenschaften (properties).")
        yield number, normal(properties), geometry_of(number, feature.get("geometry"))


def geometry_of(number: int, said: Any) -> BaseGeometry | None:
    """The surface of a feature; anything but a surface is refused."""
    if said is None:
        return None
    try:
        geometry = shape(said)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise Unusable(f"Die Geometrie von Merkmal {number} ist nicht lesbar.") from error
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        raise Unusable(f"Merkmal {number} ist keine Fläche, sondern {geometry.geom_type}.")
    return None if geometry.is_empty else geometry


def areas_in(document: Mapping[str, Any], rows: Rows) -> list[Piece]:
    """The areas of a document; what is odd is reported, what is broken is refused."""
    degrees = in_degrees(document)
    pieces = []
    for number, properties, geometry in features(document):
        piece = rows.piece(number, properties)
        metres = geometry and into_metres(geometry, degrees=degrees, where=f"Merkmal {number}")
        if piece is None:
            continue
        if metres is None:
            rows.report(
                number, piece.key, "Das Gebiet hat keine Fläche.", "nur der Name übernommen"
            )
        surface = sound(piece, surfaces(metres), rows) if metres is not None else None
        pieces.append(replace(piece, geometry=surface))
    return with_drawings(pieces)


def sound(piece: Piece, surface: MultiPolygon, rows: Rows) -> MultiPolygon | None:
    """The surface if it is valid, or can be made so without changing its size."""
    if surface.is_valid:
        return surface
    mended, change = repaired(surface)
    percent = f"{change:.6%}".replace(".", ",")
    rows.report(
        piece.number,
        piece.key,
        f"Die Fläche von {piece.key} {piece.name} schneidet sich selbst{broken_at(surface)}.",
        f"repariert, Flächenänderung {percent}"
        if mended
        else f"Fläche weggelassen: Eine Reparatur würde sie um {percent} ändern",
    )
    return mended


def with_drawings(pieces: list[Piece]) -> list[Piece]:
    """The pieces with their lighter surfaces, drawn level by level so that borders match."""
    done = {id(piece): piece for piece in pieces}
    for level in {level_of(piece.key) for piece in pieces}:
        shown = [p for p in pieces if p.geometry is not None and level_of(p.key) is level]
        lighter = drawn([p.geometry for p in shown if p.geometry is not None])
        for piece, light in zip(shown, lighter, strict=True):
            done[id(piece)] = replace(piece, simplified=light)
    return list(done.values())


def precision_of(file: str, document: Mapping[str, Any]) -> Precision:
    """Whether the surfaces are the official ones or were generalised by somebody."""
    shapes = [geometry for _, _, geometry in features(document) if geometry is not None]
    if not shapes:
        return Precision.NONE
    rounded = in_degrees(document) and is_rounded(shapes)
    return Precision.SIMPLIFIED if rounded or SIMPLIFIED.search(file) else Precision.FULL
