"""Surfaces of areas: into metres, valid, and a lighter one for drawing."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from shapely import GeometryCollection, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from services.datahub.areas.reading.piece import Unusable
from services.datahub.areas.rules import DEGREES
from shared.berlin import EXTENT, TO_METRES

# What make_valid may add or take away before it is no repair any more.
TOLERATED_CHANGE = 0.001
# Coordinates of a generalised border may leave the frame around Berlin a little.
MARGIN_M = 1_000
# Corners that span less than about 20 by 20 m are left out of the lighter surface.
DRAWN_M = 20
SIMPLIFIED_DECIMALS = 5


def inside(bounds: Sequence[float], frame: Sequence[float], margin: float = 0) -> bool:
    """Whether bounds lie in a frame; NaN and infinity never do."""
    west, south, east, north = frame
    return (
        west - margin <= bounds[0] <= bounds[2] <= east + margin
        and south - margin <= bounds[1] <= bounds[3] <= north + margin
    )


def into_metres(geometry: BaseGeometry, *, degrees: bool, where: str) -> BaseGeometry:
    """The geometry in EPSG:25833, if it lies where Berlin is."""
    flat = shapely.force_2d(geometry)
    if degrees:
        if inside(flat.bounds, (DEGREES[1], DEGREES[0], DEGREES[3], DEGREES[2])):
            raise Unusable(f"{where}: Länge und Breite sind vertauscht.")
        if inside(flat.bounds, EXTENT, MARGIN_M):
            raise Unusable(f"{where}: Die Koordinaten sind Meter, nicht Grad; „crs“ fehlt.")
        if inside(flat.bounds, (-180, -90, 180, 90)):
            # Any, because the stubs know only functions that take both coordinates in one array.
            function: Any = TO_METRES.transform
            flat = shapely.transform(flat, function, interleaved=False)
    elif inside(flat.bounds, (-180, -90, 180, 90)):
        raise Unusable(f"{where}: Die Koordinaten sind Grad, „crs“ aber sagt EPSG:25833.")
    if not inside(flat.bounds, EXTENT, MARGIN_M):
        raise Unusable(f"{where}: Die Fläche liegt nicht in Berlin.")
    return flat


def surfaces(geometry: BaseGeometry) -> MultiPolygon:
    """All the surfaces of a geometry, without lines and points."""
    if isinstance(geometry, Polygon):
        return MultiPolygon([geometry])
    if isinstance(geometry, MultiPolygon | GeometryCollection):
        return MultiPolygon([part for each in geometry.geoms for part in surfaces(each).geoms])
    return MultiPolygon()


def broken_at(surface: MultiPolygon) -> str:
    """Where a surface crosses itself: longitude and latitude, or nothing."""
    spot = re.search(r"\[([-\d.e]+) ([-\d.e]+)\]", shapely.is_valid_reason(surface))
    if spot is None:
        return ""
    east, north = (float(number) for number in spot.groups())
    lon, lat = TO_METRES.transform(east, north, direction="INVERSE")
    return f" bei {lon:.6f}, {lat:.6f}"


def repaired(broken: MultiPolygon) -> tuple[MultiPolygon | None, float]:
    """A valid surface and the share by which its size changed; None where that is too much."""
    mended = surfaces(shapely.make_valid(broken))
    change = abs(mended.area - broken.area) / broken.area if broken.area else 1.0
    return (mended if mended.is_valid and change <= TOLERATED_CHANGE else None), change


def drawn(geometries: Sequence[MultiPolygon]) -> list[MultiPolygon]:
    """Lighter surfaces whose common borders stay common."""
    lighter = shapely.coverage_simplify(list(geometries), DRAWN_M)
    return [
        surfaces(light) if light.is_valid and not light.is_empty else geometry
        for light, geometry in zip(lighter, geometries, strict=True)
    ]


def is_rounded(geometries: Iterable[BaseGeometry]) -> bool:
    """Whether all coordinates in degrees end after five decimals, which is about a metre."""
    return all(
        round(x, SIMPLIFIED_DECIMALS) == x and round(y, SIMPLIFIED_DECIMALS) == y
        for geometry in geometries
        for x, y, *_ in shapely.get_coordinates(geometry).tolist()
    )
