"""Actors of the district as they are stored: each entry is the word of the unit that made it."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registry.database import Row


class Category(StrEnum):
    """What kind of actor it is; the codes of the list in `rules.CATEGORIES`."""

    CIVIL_SOCIETY = "civil_society"
    RESIDENTS = "residents"
    INITIATIVES = "initiatives"
    LOCAL_ACTORS = "local_actors"
    PROVIDERS = "providers"
    NEIGHBOURHOOD_CENTRES = "neighbourhood_centres"
    MULTIGENERATION_HOUSES = "multigeneration_houses"
    NEIGHBOURHOOD_MANAGEMENT = "neighbourhood_management"
    NETWORKS = "networks"
    TRADERS = "traders"
    OWNERS = "owners"
    SOCIAL_INSTITUTIONS = "social_institutions"
    CULTURAL_INSTITUTIONS = "cultural_institutions"
    EDUCATION_INSTITUTIONS = "education_institutions"
    POLITICS = "politics"
    ADMINISTRATION = "administration"
    SENATE = "senate"
    CONSULTANTS = "consultants"


class Actor(Row, table=True):
    """Who acts in the neighbourhoods outside of the administration (Akteur)."""

    # Where a small organisation can be reached is often somebody's own address, and erasable.
    unsaid: ClassVar[frozenset[str]] = frozenset(
        {"address", "lon", "lat", "website", "mail", "known_as"}
    )

    __table_args__ = (
        UniqueConstraint("id", "unit"),
        UniqueConstraint("unit", "name"),
        CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="place_whole"),
    )

    name: str = Field(sa_type=Text)
    aliases: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    category: str = Field(index=True, sa_type=Text)
    areas: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    address: str | None = Field(default=None, sa_type=Text)
    lon: float | None = None
    lat: float | None = None
    website: str | None = Field(default=None, sa_type=Text)
    mail: str | None = Field(default=None, sa_type=Text)
    represents: str | None = Field(default=None, index=True, sa_type=Text)
    source: str = Field(default="", sa_type=Text)
    closed_on: date | None = None
    known_as: str = Field(sa_type=Text)


class Suggestion(Row, table=True):
    """What one unit would change in another's entry (Änderungsvorschlag); it changes nothing."""

    unsaid: ClassVar[frozenset[str]] = frozenset({"changes"})

    __table_args__ = (
        # Addressed to the unit whose entry it is about; the database knows it, too.
        ForeignKeyConstraint(["actor_id", "addressee"], ["actor.id", "actor.unit"]),
        CheckConstraint("addressee <> unit", name="for_another"),
    )

    actor_id: UUID = Field(index=True)
    addressee: str = Field(index=True, sa_type=Text)
    changes: dict[str, Any] = Field(sa_type=JSONB)
    reason: str = Field(sa_type=Text)
