"""Areas as they are stored: each row is the word of the statistical office, in one version."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, Float, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.datahub.database import Row

SOURCE = "be.statistik"
METRES = 25833
SOURCE_ALONE_SPEAKS = f"unit = '{SOURCE}'"


class LorVersion(StrEnum):
    """A division of Berlin into LOR: the one of 2006, and the one since 2021."""

    BEFORE_2021 = "2006"
    SINCE_2021 = "2021"


class Level(StrEnum):
    """The four levels, from the Bezirk down; two more digits of the key each."""

    DISTRICT = "district"
    FORECAST_AREA = "forecast_area"
    DISTRICT_REGION = "district_region"
    PLANNING_AREA = "planning_area"

    @property
    def code(self) -> str:
        """The office's own abbreviation."""
        return CODES[self]


class Precision(StrEnum):
    """How exact a surface is, from none at all to the official one."""

    NONE = "none"
    SCHEMATIC = "schematic"
    SIMPLIFIED = "simplified"
    FULL = "full"


LEVELS = tuple(Level)
CODES = {
    Level.DISTRICT: "BEZ",
    Level.FORECAST_AREA: "PGR",
    Level.DISTRICT_REGION: "BZR",
    Level.PLANNING_AREA: "PLR",
}


def shape() -> Column[Any]:
    """A column of surfaces in ETRS89 / UTM 33N, the reference system of Berlin's geodata."""
    return Column(Geometry("MULTIPOLYGON", srid=METRES, spatial_index=False), nullable=True)


class Area(Row, table=True):
    """A lebensweltlich orientierter Raum (LOR), from the Bezirk down to the Planungsraum.

    Its name and size come from one source, its surface perhaps from another that is more exact.
    """

    __table_args__ = (
        UniqueConstraint("lor_version", "key"),
        CheckConstraint(SOURCE_ALONE_SPEAKS, name="source_speaks"),
        CheckConstraint("key ~ '^(0[1-9]|1[0-2])([0-9][0-9]){0,3}$'", name="key_form"),
        CheckConstraint(
            "level = (ARRAY['district', 'forecast_area', 'district_region', 'planning_area'])"
            "[length(key) / 2]",
            name="level_of_key",
        ),
        CheckConstraint(
            "parent_key IS NOT DISTINCT FROM nullif(left(key, -2), '')", name="parent_of_key"
        ),
        CheckConstraint(
            "precision IN ('none', 'schematic', 'simplified', 'full')", name="precision"
        ),
        CheckConstraint("(geometry IS NULL) = (precision = 'none')", name="precision_of_geometry"),
        CheckConstraint("(simplified IS NULL) = (geometry IS NULL)", name="simplified_of_geometry"),
        CheckConstraint("geometry IS NULL OR ST_IsValid(geometry)", name="geometry_valid"),
        CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name="valid_period"),
        Index("ix_area_geometry", "geometry", postgresql_using="gist"),
    )
    unsaid: ClassVar[frozenset[str]] = frozenset({"geometry", "simplified", "folded"})

    lor_version: str = Field(sa_type=Text)
    level: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    folded: str = Field(sa_type=Text)
    parent_key: str | None = Field(default=None, sa_type=Text)
    area_m2: float | None = Field(default=None, sa_type=Float)
    stated_on: date | None = None
    # How much the source of name and size knew; a lesser one does not replace a better one.
    facts_rank: int = Field(sa_type=SmallInteger)
    source_file: str = Field(sa_type=Text)
    source_sha256: str = Field(sa_type=Text)
    precision: str = Field(default="none", sa_type=Text)
    geometry: Any = Field(default=None, sa_column=shape())
    simplified: Any = Field(default=None, sa_column=shape())
    geometry_file: str | None = Field(default=None, sa_type=Text)
    geometry_sha256: str | None = Field(default=None, sa_type=Text)
    licence: str = Field(sa_type=Text)
    attribution: str = Field(sa_type=Text)
    valid_from: date
    valid_until: date | None = None


class Intake(Row, table=True):
    """What one file of areas brought in (Einlesung), with everything that was found in it."""

    __table_args__ = (
        CheckConstraint(SOURCE_ALONE_SPEAKS, name="source_speaks"),
        Index("ix_intake_sha256", "sha256"),
    )

    file: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    lor_version: str = Field(sa_type=Text)
    found: dict[str, int] = Field(sa_type=JSONB)
    written: int
    findings: list[dict[str, Any]] = Field(sa_type=JSONB)
