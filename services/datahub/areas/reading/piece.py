"""What a file says about areas, before anything is stored: pieces, findings, refusals."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from shapely import MultiPolygon

from services.datahub.areas.model import LEVELS, LorVersion, Precision
from services.datahub.areas.rules import level_of


class Unusable(Exception):
    """A file is refused as a whole; the German sentence says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd in a file, where it is, and what was done about it, in German."""

    file: str
    number: int | None
    key: str | None
    sentence: str
    done: str

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the intake."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Piece:
    """One area as a file has it; `number` counts features or rows from 1, geometry in metres."""

    number: int
    key: str
    name: str
    area_m2: float | None = None
    summed: bool = False
    stated_on: date | None = None
    geometry: MultiPolygon | None = None
    simplified: MultiPolygon | None = None
    schematic: bool = False

    @property
    def facts_rank(self) -> int:
        """How much the file knows besides the name: its own size counts more than a sum."""
        if self.schematic:
            return -1
        size = 0 if self.area_m2 is None else 1 if self.summed else 2
        return size + (self.stated_on is not None)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one file says; `note` tells of a file that is recognised but holds no areas."""

    file: str
    sha256: str
    version: LorVersion | None = None
    precision: Precision = Precision.NONE
    pieces: tuple[Piece, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    note: str = ""

    @property
    def found(self) -> dict[str, int]:
        """How many areas of each level, the coarse ones first."""
        levels = [level_of(piece.key) for piece in self.pieces]
        return {level.value: levels.count(level) for level in LEVELS if level in levels}

    @property
    def surfaces(self) -> int:
        """How many of them come with their surface."""
        return sum(piece.geometry is not None for piece in self.pieces)
