"""Units of the administration as they are stored: the tree is the Bezirksamt's word."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field

from services.registry.database import Row


class UnitKind(StrEnum):
    """What kind of unit; `GET /units/designations` tells what each is called."""

    DISTRICT_OFFICE = "district_office"
    DEPARTMENT = "department"
    MAYOR = "mayor"
    COUNCILLOR = "councillor"
    OFFICE = "office"
    DIVISION = "division"
    UNIT = "unit"
    STAFF_UNIT = "staff_unit"
    SERVICE_UNIT = "service_unit"
    COMMISSIONER = "commissioner"
    COORDINATION = "coordination"
    CONTACT_POINT = "contact_point"
    SECRETARIAT = "secretariat"
    SENATE_DEPARTMENT = "senate_department"
    SENATE_UNIT = "senate_unit"
    SENATE_CHANCELLERY = "senate_chancellery"
    STATISTICS = "statistics"
    ASSEMBLY = "assembly"
    EXTERNAL = "external"


class Organization(Row, table=True):
    """An organisation unit (OParl Organization, Organisationseinheit).

    `unit` is who keeps it in the tree, `code` what it is itself. `discussed_parents` are
    attachments that a source weighs; they are not in force and count nowhere.
    """

    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("code", "unit"),
        CheckConstraint("body = split_part(code, '.', 1)", name="body_of_code"),
        # Nobody keeps the tree of another district.
        CheckConstraint("body = split_part(unit, '.', 1)", name="own_district"),
    )

    code: str = Field(sa_type=Text)
    kind: str = Field(index=True, sa_type=Text)
    body: str = Field(index=True, sa_type=Text)
    areas: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    lor_version: str | None = Field(default=None, sa_type=Text)
    discussed_parents: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    planned: bool = False
    example: bool = False
    source: str = Field(default="", sa_type=Text)


class Naming(Row, table=True):
    """What a unit is called: by its official name since some day, or by another (Alias)."""

    __table_args__ = (
        ForeignKeyConstraint(["code", "unit"], ["organization.code", "organization.unit"]),
        CheckConstraint("folded <> ''", name="has_letters"),
        Index(
            "uq_naming_official",
            "code",
            "since",
            unique=True,
            postgresql_where=text("official"),
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "uq_naming_alias",
            "code",
            "name",
            unique=True,
            postgresql_where=text("NOT official"),
        ),
        Index(
            "ix_naming_folded",
            "folded",
            postgresql_using="gin",
            postgresql_ops={"folded": "gin_trgm_ops"},
        ),
    )
    unsaid: ClassVar[frozenset[str]] = frozenset({"folded"})

    code: str = Field(index=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    folded: str = Field(sa_type=Text, description="the name as it is looked up")
    official: bool
    since: date | None = None
    used_in: str | None = Field(default=None, sa_type=Text, description="the year of a source")


class Attachment(Row, table=True):
    """Below whom a unit stands, from one day until before another (Anbindung).

    It says who is above whom and nothing else: no right follows from it.
    """

    __table_args__ = (
        ForeignKeyConstraint(["code", "unit"], ["organization.code", "organization.unit"]),
        ForeignKeyConstraint(["parent"], ["organization.code"]),
        CheckConstraint("code <> parent", name="not_below_itself"),
        CheckConstraint(
            "split_part(code, '.', 1) = split_part(parent, '.', 1)", name="own_district"
        ),
        CheckConstraint("since < until", name="begins_before_it_ends"),
        # Below one unit at a time.
        ExcludeConstraint(
            ("code", "="),
            (text("daterange(since, until)"), "&&"),
            name="ex_attachment_one_at_a_time",
            using="gist",
        ),
    )

    code: str = Field(sa_type=Text)
    parent: str = Field(index=True, sa_type=Text)
    since: date | None = None
    until: date | None = None


class Contact(Row, table=True):
    """How a unit is reached (Funktionspostfach): its own word, of which the newest counts."""

    __table_args__ = (ForeignKeyConstraint(["unit"], ["organization.code"]),)

    mailbox: str | None = Field(default=None, sa_type=Text)
    phone: str | None = Field(default=None, sa_type=Text)
    page: str | None = Field(default=None, sa_type=Text)


class Designation(Row, table=True):
    """What a class of units or a level of seniority is called (Gattungsbegriff: Fachamt)."""

    __table_args__ = (
        UniqueConstraint("unit", "code", "name"),
        CheckConstraint("about IN ('kind', 'level')", name="about"),
    )
    unsaid: ClassVar[frozenset[str]] = frozenset({"folded"})

    code: str = Field(index=True, sa_type=Text)
    about: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    folded: str = Field(sa_type=Text)
    official: bool
