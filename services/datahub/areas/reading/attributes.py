"""The names that sources give to keys, names, sizes and dates of areas, and what rows mean."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.datahub.areas.model import LEVELS, Level
from services.datahub.areas.reading.keys import read_key, spelled
from services.datahub.areas.reading.piece import Finding, Piece
from services.datahub.areas.rules import level_of, lineage

# FIS-Broker, Geoportal, ODIS, the downloadable table, and what people make of them.
KEYS = {
    Level.PLANNING_AREA: ("plr_id", "raumid", "planungsraum (nummer)"),
    Level.DISTRICT_REGION: ("bzr_id", "bezirksregion (nummer)"),
    Level.FORECAST_AREA: ("pgr_id", "prognoseraum (nummer)"),
    Level.DISTRICT: ("bez_id",),
}
NAMES = {
    Level.PLANNING_AREA: ("plr_name", "planungsraum (name)"),
    Level.DISTRICT_REGION: ("bzr_name", "bezirksregion (name)"),
    Level.FORECAST_AREA: ("pgr_name", "prognoseraum (name)"),
    Level.DISTRICT: ("bez_name", "bezirk"),
}
ANY_KEY, ANY_NAME = ("id", "key"), ("name",)
SIZES = ("groesse_m2", "finhalt", "fläche in qm", "area_m2", "area")
DATES = ("stand", "stand der daten")
GERMAN_DAY = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
NUMBERED_DISTRICT = re.compile(r"(\d\d?) - (.+)")

Row = Mapping[str, object]


def normal(row: Mapping[str, object]) -> dict[str, object]:
    """A row with its attributes' names in one spelling."""
    return {str(name).strip().casefold(): value for name, value in row.items()}


def has_keys(row: Row) -> bool:
    """Whether some attribute of a row can be a key of an area."""
    return any(name in row for names in (*KEYS.values(), ANY_KEY) for name in names)


def first(row: Row, names: tuple[str, ...]) -> str:
    """The first of these attributes that says something."""
    return next((text for name in names if (text := spelled(row.get(name)))), "")


def name_of(row: Row, level: Level, *, own: bool) -> str:
    """What a row calls the area of a level; `own` is the area that the row is about."""
    named = first(row, NAMES[level])
    if not named and level is Level.DISTRICT:
        numbered = NUMBERED_DISTRICT.fullmatch(first(row, ("bez",)))
        named = numbered.group(2) if numbered else ""
    return named or (first(row, ANY_NAME) if own else "")


def size_of(row: Row) -> float | None:
    """The size in square metres, with a decimal point or a comma."""
    try:
        size = float(first(row, SIZES).replace(",", "."))
    except ValueError:
        return None
    return size if 0 < size < float("inf") else None


def date_of(row: Row) -> date | None:
    """The day as of which a row speaks."""
    text = first(row, DATES)[:10]
    german = GERMAN_DAY.fullmatch(text)
    try:
        return date.fromisoformat("-".join(reversed(german.groups())) if german else text)
    except ValueError:
        return None


@dataclass
class Rows:
    """Reads a file's rows one by one, and remembers what they say about the areas above them."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    padded: list[tuple[int, str]] = field(default_factory=list)
    above: dict[str, Piece] = field(default_factory=dict)

    def report(self, number: int | None, key: str | None, sentence: str, done: str) -> None:
        """Something is odd here."""
        self.findings.append(Finding(self.file, number, key, sentence, done))

    def piece(self, number: int, row: Row) -> Piece | None:
        """The area that a row is about; None, and a finding, where that cannot be told."""
        key = self._key(number, row)
        if key is None:
            return None
        name = name_of(row, level_of(key), own=True)
        if not name:
            self.report(number, key, "Das Gebiet hat keinen Namen.", "nicht übernommen")
            return None
        for each in self._named_above(number, row, key):
            self._remember(each)
        return Piece(number, key, name, size_of(row), stated_on=date_of(row))

    def _key(self, number: int, row: Row) -> str | None:
        """The key of the finest level that a row names."""
        for level in (*reversed(LEVELS), None):
            raw = first(row, KEYS[level] if level else ANY_KEY)
            if not raw:
                continue
            key, lost = read_key(raw)
            if key is None or (level and level_of(key) is not level):
                self.report(number, raw, f"„{raw}“ ist kein LOR-Schlüssel.", "nicht übernommen")
                return None
            if lost:
                self.padded.append((number, key))
            return key
        self.report(number, None, "Kein Merkmal enthält einen LOR-Schlüssel.", "nicht übernommen")
        return None

    def _named_above(self, number: int, row: Row, key: str) -> Iterator[Piece]:
        """What the row says about the areas that its own one lies in."""
        for parent in lineage(key)[:-1]:
            level = level_of(parent)
            stated, _ = read_key(first(row, KEYS[level]) or parent)
            if stated != parent:
                self.report(
                    number,
                    key,
                    f"Der übergeordnete Schlüssel {stated or '?'} passt nicht zu {key}.",
                    "die Angabe zum übergeordneten Gebiet wurde nicht übernommen",
                )
            elif name := name_of(row, level, own=False):
                yield Piece(number, parent, name)

    def _remember(self, piece: Piece) -> None:
        known = self.above.setdefault(piece.key, piece)
        if known.name != piece.name:
            self.report(
                piece.number,
                piece.key,
                f"{piece.key} heißt hier „{piece.name}“, vorher „{known.name}“.",
                "der erste Name gilt",
            )
