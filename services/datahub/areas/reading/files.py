"""Reads any file that may hold areas, by its content; every file ends as one Reading."""

import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.datahub.areas.model import Level, LorVersion
from services.datahub.areas.reading import geojson, tables
from services.datahub.areas.reading.attributes import Rows
from services.datahub.areas.reading.piece import Piece, Reading, Unusable
from services.datahub.areas.reading.version import recognised
from services.datahub.areas.rules import is_key

LARGEST_BYTES = 200_000_000
LOOKS_LIKE_JSON = re.compile(rb"\s*(\xef\xbb\xbf)?\s*[\[{]")
LOOKS_LIKE_MARKUP = re.compile(rb"\s*(\xef\xbb\xbf)?\s*<")
# 2021 is settled. Before, sources count 447 or 448 Planungsräume, so nothing is expected there.
EXPECTED = {
    LorVersion.SINCE_2021: {
        Level.DISTRICT.value: 12,
        Level.FORECAST_AREA.value: 58,
        Level.DISTRICT_REGION.value: 143,
        Level.PLANNING_AREA.value: 542,
    }
}


def read(path: Path, version: LorVersion | None = None) -> Reading:
    """What the file at `path` says about areas; Unusable where it cannot be used at all."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise Unusable("Die Datei ist größer als 200 MB.")
        text = path.read_bytes()
    except OSError as error:
        raise Unusable(f"Die Datei ist nicht zu öffnen: {error.strerror}.") from error
    if not text.strip():
        raise Unusable("Die Datei ist leer.")
    if LOOKS_LIKE_MARKUP.match(text):
        raise Unusable("Das ist eine HTML- oder XML-Seite, keine Datei mit Gebieten.")
    digest = sha256(text).hexdigest()
    if LOOKS_LIKE_JSON.match(text):
        return read_json(path.name, digest, geojson.parsed(text), version)
    return read_table(path.name, digest, text, version)


def read_json(file: str, digest: str, document: Any, version: LorVersion | None = None) -> Reading:
    """What a JSON document says, be it from a file or from a service."""
    if is_match_list(document):
        return Reading(file, digest, note=tables.CROSSWALK)
    if not isinstance(document, dict):
        raise Unusable("Das ist keine FeatureCollection (GeoJSON, RFC 7946).")
    rows = Rows(file)
    pieces = geojson.areas_in(document, rows)
    precision = geojson.precision_of(file, document)
    return finished(Reading(file, digest, version, precision), pieces, rows)


def read_table(file: str, digest: str, text: bytes, version: LorVersion | None = None) -> Reading:
    """What a table says."""
    listed = tables.table(text)
    if not listed:
        raise Unusable("Die Tabelle ist leer: Sie enthält kein einziges Gebiet.")
    if tables.is_crosswalk(listed):
        return Reading(file, digest, note=tables.CROSSWALK)
    rows = Rows(file)
    pieces = tables.areas_in(listed, rows)
    return finished(Reading(file, digest, version), pieces, rows)


def is_match_list(document: Any) -> bool:
    """Whether this maps keys of one version to keys of another."""
    return (
        isinstance(document, dict)
        and bool(document)
        and all(is_key(key) and isinstance(value, list) for key, value in document.items())
    )


def finished(begun: Reading, pieces: list[Piece], rows: Rows) -> Reading:
    """The reading with its version, and with what holds for the file as a whole."""
    if not pieces:
        why = rows.findings[0].sentence if rows.findings else "Sie ist leer."
        raise Unusable(f"Die Datei enthält kein einziges Gebiet. {why}")
    own = {piece.key for piece in pieces}
    pieces += [piece for key, piece in rows.above.items() if key not in own]
    version = recognised(begun.file, pieces, begun.version)
    if rows.padded:
        number, key = rows.padded[0]
        rows.report(
            number,
            key,
            f"{len(rows.padded)} Schlüssel haben ihre führende Null verloren.",
            "die Null wurde ergänzt, denn ohne sie ist die Zahl der Ziffern ungerade",
        )
    whole = replace(begun, version=version, pieces=tuple(pieces))
    for level, count in whole.found.items():
        expected = EXPECTED.get(version, {}).get(level, count)
        if count != expected:
            rows.report(None, None, f"{count} statt {expected} Gebiete ({level}).", "übernommen")
    return replace(whole, findings=tuple(rows.findings))
