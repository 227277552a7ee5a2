"""Where Berlin lies: degrees as the world writes them, metres as the district measures."""

from pyproj import Transformer

CRS84, ETRS89_UTM33 = "OGC:CRS84", 25833

# The extent of the Geoportal Berlin in EPSG:25833, in metres.
EXTENT = WEST, SOUTH, EAST, NORTH = (369_097.85, 5_799_298.14, 416_865.04, 5_838_236.21)

TO_METRES = Transformer.from_crs(CRS84, ETRS89_UTM33, always_xy=True)
TO_DEGREES = Transformer.from_crs(ETRS89_UTM33, CRS84, always_xy=True)

# About a centimetre; more would only pretend.
DIGITS = 7


def metres(lon: float, lat: float) -> tuple[float, float]:
    """Easting and northing (EPSG:25833) of a point in CRS84."""
    east, north = TO_METRES.transform(lon, lat)
    return float(east), float(north)


def degrees(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude (CRS84) of a point in EPSG:25833."""
    lon, lat = TO_DEGREES.transform(east, north)
    return round(lon, DIGITS), round(lat, DIGITS)


def in_berlin(lon: float, lat: float) -> bool:
    """Whether a point in CRS84 lies within the extent of Berlin."""
    east, north = metres(lon, lat)
    return WEST <= east <= EAST and SOUTH <= north <= NORTH
