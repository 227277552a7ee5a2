"""What people say as it is stored: the facts, the words apart from them, what a machine found."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field

from services.participation.database import Row
from shared.berlin import ETRS89_UTM33

POINT = Geometry("POINT", srid=ETRS89_UTM33, spatial_index=False)
ONLY_THE_MACHINE = "unit LIKE '__.participation'"


class Item(Row, table=True):
    """A concern, an idea or a proposal (Anliegen): where, about what, by which channel."""

    __table_args__ = (
        UniqueConstraint("id", "unit"),
        Index("ix_item_point", "point", postgresql_using="gist"),
        Index("ix_item_areas", "areas", postgresql_using="gin"),
        Index("ix_item_topics", "topics", postgresql_using="gin"),
    )
    unsaid: ClassVar[frozenset[str]] = frozenset({"point"})

    topics: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    areas: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    point: Any = Field(default=None, sa_type=POINT, nullable=True)
    language: str = Field(sa_type=Text)
    channel: str = Field(sa_type=Text)
    withdrawn_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class Wording(Row, table=True):
    """An item's free words (Wortlaut), a row of their own: withdrawn or erased without the item."""

    __table_args__ = (
        ForeignKeyConstraint(["item_id", "unit"], ["item.id", "item.unit"]),
        UniqueConstraint("item_id"),
    )
    unsaid: ClassVar[frozenset[str]] = frozenset({"title", "text", "address"})

    item_id: UUID
    title: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    address: str = Field(default="", sa_type=Text)


class Whereabouts(Row, table=True):
    """Where an item's point lies by LOR, as the data hub told the machine; said once.

    A level is empty where the data hub has no area of it.
    """

    __table_args__ = (
        UniqueConstraint("item_id"),
        CheckConstraint(ONLY_THE_MACHINE, name="only_the_machine"),
        CheckConstraint("outcome IN ('located', 'outside')", name="outcome"),
        CheckConstraint("outcome <> 'located' OR district IS NOT NULL", name="area_named"),
    )

    item_id: UUID = Field(sa_column_args=[ForeignKey("item.id")])
    outcome: str = Field(sa_type=Text)
    lor_version: str = Field(sa_type=Text)
    planning_area: str | None = Field(default=None, index=True, sa_type=Text)
    region: str | None = Field(default=None, index=True, sa_type=Text)
    forecast_area: str | None = Field(default=None, sa_type=Text)
    district: str | None = Field(default=None, sa_type=Text)
    schematic: bool = False


class Suggestion(Row, table=True):
    """Who may be responsible for a topic of an item, as the ledger told the machine.

    It binds nobody. `gap` says that the ledger names no lead; it is not filled by guessing.
    """

    __table_args__ = (
        UniqueConstraint("item_id", "topic"),
        UniqueConstraint("id", "item_id"),
        CheckConstraint(ONLY_THE_MACHINE, name="only_the_machine"),
        CheckConstraint("gap = (lead IS NULL)", name="gap_shown"),
    )

    item_id: UUID = Field(sa_column_args=[ForeignKey("item.id")])
    topic: str = Field(sa_type=Text)
    lead: str | None = Field(default=None, sa_type=Text)
    involved: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    explanation_de: str = Field(sa_type=Text)
    explanation_en: str = Field(sa_type=Text)
    gap: bool
