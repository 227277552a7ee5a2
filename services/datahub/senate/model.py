"""What the Senate's systems send, and how it was fetched: each row is the word of who says it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field

from services.datahub.database import Row

PRISMA_UNIT, WOFIS_UNIT, SOFIS_UNIT = "be.prisma", "be.wofis", "be.sofis"
ETRS89_UTM33 = 25833
POINT = Geometry("POINT", srid=ETRS89_UTM33, spatial_index=False)
# SDMX CL_OBS_STATUS: not collected, cannot exist, missing without a reason, kept secret.
WITHOUT_VALUE = ("L", "M", "O", "Q")
SMALLEST_SITE = 50


def said_by(unit: str) -> CheckConstraint:
    """Only the Senate's own system has a voice in its table; nobody edits it here."""
    return CheckConstraint(f"unit = '{unit}'", name="said_by_the_senate")


class FromSenate(Row):
    """A record of a Senate system as that system last told it; kept when it is gone there.

    `key` is its id there, `told_at` the instant of its last change there.
    """

    key: str = Field(sa_type=Text)
    area_key: str = Field(index=True, sa_type=Text)
    lor_version: str = Field(sa_type=Text)
    told_at: datetime = Field(sa_type=DateTime(timezone=True))
    gone_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class PrismaValue(FromSenate, table=True):
    """An indicator's value for one area and period (PRISMA); none, and why, where there is none."""

    __tablename__ = "prisma_value"
    __table_args__ = (
        UniqueConstraint("key"),
        said_by(PRISMA_UNIT),
        CheckConstraint(
            f"(value IS NULL) = (status IN {WITHOUT_VALUE})", name="value_or_why_there_is_none"
        ),
    )

    indicator: str = Field(index=True, sa_type=Text)
    period: str = Field(sa_type=Text)
    value: float | None = None
    status: str = Field(sa_type=Text, description="SDMX OBS_STATUS")


class WofisSite(FromSenate, table=True):
    """Land for at least 50 dwellings (Wohnbaufläche, WoFIS)."""

    __tablename__ = "wofis_site"
    __table_args__ = (
        UniqueConstraint("key"),
        said_by(WOFIS_UNIT),
        CheckConstraint(f"dwellings >= {SMALLEST_SITE}", name="large_enough"),
        Index("ix_wofis_site_point", "point", postgresql_using="gist"),
    )
    unsaid: ClassVar[frozenset[str]] = frozenset({"point"})

    name: str = Field(sa_type=Text)
    dwellings: int
    horizon: str = Field(sa_type=Text)
    point: Any = Field(sa_type=POINT, nullable=False)


class SofisSite(FromSenate, table=True):
    """A site of social infrastructure with what it offers and what is needed (SoFIS)."""

    __tablename__ = "sofis_site"
    __table_args__ = (
        UniqueConstraint("key"),
        said_by(SOFIS_UNIT),
        Index("ix_sofis_site_point", "point", postgresql_using="gist"),
    )
    unsaid: ClassVar[frozenset[str]] = frozenset({"point"})

    kind: str = Field(index=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    capacity: int | None = None
    need: int | None = None
    point: Any = Field(sa_type=POINT, nullable=False)


class SyncRequest(Row, table=True):
    """A unit asks that a Senate system be read now and not only at night."""

    __tablename__ = "sync_request"
    __table_args__ = (
        UniqueConstraint("id", "addressee"),
        CheckConstraint("addressee <> unit", name="asks_another"),
    )

    addressee: str = Field(index=True, sa_type=Text)
    reason: str = Field(default="", sa_type=Text)


class SyncRun(Row, table=True):
    """One reading of a Senate system from `since` on; how far it came is kept with each page.

    `cursor` is where the next page begins, `as_of` the partner's instant at the beginning,
    `attempts` how often a worker took it up, `before` what earlier runs, cut off, had seen.
    """

    __tablename__ = "sync_run"
    __table_args__ = (
        # Only the system that was asked can say that it has been read for a request.
        ForeignKeyConstraint(["request_id", "unit"], ["sync_request.id", "sync_request.addressee"]),
        CheckConstraint('seen = "new" + changed + gone + unchanged', name="all_accounted_for"),
        CheckConstraint("failure IS NULL OR finished_at IS NOT NULL", name="failed_is_finished"),
    )

    request_id: UUID | None = Field(default=None, index=True)
    since: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    as_of: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    tag: str | None = Field(default=None, sa_type=Text)
    cursor: str | None = Field(default=None, sa_type=Text)
    total: int | None = None
    before: int = 0
    attempts: int = 0
    pages: int = 0
    seen: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0
    started_at: datetime = Field(sa_type=DateTime(timezone=True))
    finished_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    failure: str | None = Field(default=None, sa_type=Text)
    detail: str = Field(default="", sa_type=Text)
