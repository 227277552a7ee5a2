"""What holds for areas: keys and levels, versions and their days, where Berlin lies."""

import re
from datetime import date
from http import HTTPStatus

from services.datahub.areas.model import LEVELS, Level, LorVersion, Precision
from shared.problems import Refused

ATTRIBUTION = "Amt für Statistik Berlin-Brandenburg"
LICENCE = "CC BY 3.0 DE"
KEY = re.compile(r"(0[1-9]|1[0-2])(\d\d){0,3}")


EXACTNESS = tuple(Precision)
# Decided by the Senate on 1 August 2006; the revision is valid since 1 January 2021.
VALID = {
    LorVersion.BEFORE_2021: (date(2006, 8, 1), date(2021, 1, 1)),
    LorVersion.SINCE_2021: (date(2021, 1, 1), None),
}
# West, south, east and north of the frame around Berlin, in degrees.
DEGREES = (13.05, 52.32, 13.80, 52.70)


class OutsideBerlin(Refused):
    """The point lies outside the areas, which cover all of Berlin."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    de = "Der Punkt {lon}, {lat} (Länge, Breite) liegt nicht in Berlin."
    en = "The point {lon}, {lat} (longitude, latitude) does not lie in Berlin."


class CoordinatesSwapped(Refused):
    """The other way round the point would lie in Berlin; it is said, not repaired."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    de = "Länge und Breite sind vertauscht: erst die Länge (etwa 13), dann die Breite (etwa 52)."
    en = "Longitude and latitude are swapped: longitude (about 13) first, then latitude (about 52)."


class NotCovered(Refused):
    """The point may lie in Berlin, but the areas loaded here do not reach so far."""

    status = HTTPStatus.NOT_FOUND
    de = "Dort ist kein Gebiet der LOR-Version {version} geladen."
    en = "No area of LOR version {version} is loaded there."


class NotInForce(Refused):
    """The version asked for was not the one of that day."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    de = "Die LOR-Version {version} galt am {on} nicht."
    en = "LOR version {version} was not in force on {on}."


class NoGeometry(Refused):
    """The area is known by key and name alone."""

    status = HTTPStatus.NOT_FOUND
    de = "Von {key} (LOR-Version {version}) sind nur Schlüssel und Name geladen, keine Fläche."
    en = "Only key and name of {key} (LOR version {version}) are loaded, not its surface."


def is_key(text: str) -> bool:
    """Whether this is a key of some level, in one of the twelve districts."""
    return KEY.fullmatch(text) is not None


def level_of(key: str) -> Level:
    """The level, which the length of a key tells."""
    return LEVELS[len(key) // 2 - 1]


def parent_of(key: str) -> str | None:
    """The key of the area above."""
    return key[:-2] or None


def lineage(key: str) -> list[str]:
    """The keys from the district down to the area itself."""
    return [key[:length] for length in range(2, len(key) + 1, 2)]


def folded(text: str) -> str:
    """A name as it is searched: however somebody writes umlauts, ß and Straße."""
    plain = text.casefold().translate(str.maketrans("äöüéèáà", "aoueeaa"))
    for digraph, letter in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        plain = plain.replace(digraph, letter)
    words = re.sub(r"[^a-z0-9]+", " ", plain).strip()
    return re.sub(r"str\b", "strasse", words)


def version_for(version: LorVersion | None, on: date | None) -> LorVersion:
    """The version that is meant: the named one, the one of a day, or today's."""
    if on is None:
        return version or LorVersion.SINCE_2021
    for each, (start, end) in VALID.items():
        if start <= on and (end is None or on < end) and version in (None, each):
            return each
    raise NotInForce(version=version or "", on=on)


def near_berlin(lon: float, lat: float) -> bool:
    """Whether a point (CRS84) lies in the frame around Berlin."""
    west, south, east, north = DEGREES
    return west <= lon <= east and south <= lat <= north


def must_be_near_berlin(lon: float, lat: float) -> None:
    """A point far off is refused before any search, and a swapped one is told so."""
    if near_berlin(lon, lat):
        return
    if near_berlin(lat, lon):
        raise CoordinatesSwapped
    raise OutsideBerlin(lon=lon, lat=lat)


def attribution(precision: str) -> str:
    """Whom to name; a made-up surface is not put down to the office."""
    if precision == Precision.SCHEMATIC:
        return f"Schlüssel und Namen: {ATTRIBUTION}; Flächen schematisch"
    return ATTRIBUTION


def at_least_as_exact(new: str, old: str) -> bool:
    """Whether a surface may replace another: a simplified one never the official one."""
    return EXACTNESS.index(Precision(new)) >= EXACTNESS.index(Precision(old))
