"""Tables (CSV) of areas: keys, names and sizes, never a surface."""

import csv
import io
from collections import defaultdict
from dataclasses import replace

from services.datahub.areas.reading.attributes import Rows, has_keys, normal
from services.datahub.areas.reading.piece import Piece, Unusable
from services.datahub.areas.rules import lineage

CROSSWALK = "Umrechnung zwischen LOR-Versionen; sie enthält keine Gebiete."


def table(text: bytes) -> list[dict[str, object]]:
    """The rows below the heading, by attribute."""
    try:
        content = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        content = text.decode("cp1252", errors="replace")
    heading = content.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        rows = csv.DictReader(io.StringIO(content), delimiter=delimiter, restkey="", strict=True)
        return [normal(row) for row in rows]
    except csv.Error as error:
        raise Unusable(f"Die Tabelle ist nicht lesbar: {error}.") from error


def is_crosswalk(rows: list[dict[str, object]]) -> bool:
    """Whether a table converts keys of one version into those of another."""
    return sum(name.startswith("plr_id_") for name in rows[0]) > 1


def areas_in(listed: list[dict[str, object]], rows: Rows) -> list[Piece]:
    """The areas of a table, and those above them that it names."""
    if not has_keys(listed[0]):
        raise Unusable("Keine Spalte der Tabelle enthält LOR-Schlüssel.")
    pieces: dict[str, Piece] = {}
    for number, row in enumerate(listed, start=2):
        piece = rows.piece(number, row)
        if piece is None:
            continue
        if piece.key in pieces:
            rows.report(
                number, piece.key, f"{piece.key} steht zweimal darin.", "die erste Zeile gilt"
            )
        pieces.setdefault(piece.key, piece)
    summed(pieces, rows)
    return list(pieces.values())


def summed(pieces: dict[str, Piece], rows: Rows) -> None:
    """Give the areas above the size of all that lies in them, where all of it is known."""
    sizes: dict[str, list[float | None]] = defaultdict(list)
    for piece in pieces.values():
        for key in lineage(piece.key)[:-1]:
            sizes[key].append(piece.area_m2)
    for key, parent in rows.above.items():
        known = [size for size in sizes[key] if size is not None]
        if known and len(known) == len(sizes[key]):
            rows.above[key] = replace(parent, area_m2=round(sum(known), 2), summed=True)
