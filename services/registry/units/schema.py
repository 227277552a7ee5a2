"""Units as the API takes and shows them."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from services.registry.units.model import UnitKind
from shared.names import folded
from shared.wire import AreaKey, Day, Draft, Line, Prose, UnitCode, View


class DesignationOf(StrEnum):
    """What a general term is a term for."""

    KIND = "kind"
    LEVEL = "level"


def pronounceable(name: str) -> str:
    """A name with at least one letter or digit: others cannot be looked up."""
    if not folded(name):
        raise ValueError("Ein Name hat Buchstaben oder Ziffern. | A name has letters or digits.")
    return name


Name = Annotated[Line, AfterValidator(pronounceable)]
Year = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
Mailbox = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"),
    Field(max_length=254, examples=["planungskoordination@example.org"]),
]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()/-]{2,38}[0-9]$")]
Page = Annotated[
    str, StringConstraints(pattern=r"^https?://[^\s/\"<>]+(/[^\s\"<>]*)?$", max_length=500)
]


class AliasDraft(Draft):
    """Another name of a unit, with the day it began or the year of a source that uses it."""

    name: Name
    since: Day | None = None
    used_in: Year | None = None


class UnitDraft(Draft):
    """A unit of one's own district; `since` is the day from which it stands below `parent`."""

    code: UnitCode
    kind: UnitKind
    name: Name
    aliases: Annotated[list[AliasDraft], Field(max_length=50)] = Field(default_factory=list)
    areas: Annotated[list[AreaKey], Field(max_length=100)] = Field(default_factory=list)
    lor_version: Year | None = None
    parent: UnitCode | None = None
    since: Day | None = None
    discussed_parents: Annotated[list[UnitCode], Field(max_length=20)] = Field(default_factory=list)
    planned: bool = False
    example: bool = False
    source: Annotated[Prose, Field(max_length=300)] = ""

    @model_validator(mode="after")
    def is_complete(self) -> Self:
        """No name twice; a day only with a parent; keys of areas only with their LOR version."""
        if self.since is not None and self.parent is None:
            raise ValueError("Seit wann, aber unter wem? | Since when, but below whom?")
        names = [self.name, *(alias.name for alias in self.aliases)]
        if len(set(names)) < len(names):
            raise ValueError("Ein Name steht doppelt da. | A name is given twice.")
        if self.areas and self.lor_version is None:
            raise ValueError(
                "Bitte die LOR-Version der Gebiete nennen. | Please give the areas' LOR version."
            )
        return self


class NamingDraft(Draft):
    """A name since a day; the official one before it stays as another name."""

    name: Name
    since: Day
    official: bool = True


class AttachmentDraft(Draft):
    """Below whom a unit stands from `since` on, until before `until`; null: below nobody."""

    parent: UnitCode | None
    since: Day
    until: Day | None = None

    @model_validator(mode="after")
    def runs_forward(self) -> Self:
        """It begins before it ends."""
        if self.until is not None and self.until <= self.since:
            raise ValueError("Das Ende liegt vor dem Beginn. | It ends before it begins.")
        return self


class ContactDraft(Draft):
    """How one's own unit is reached; what is left out is not published any more."""

    mailbox: Mailbox | None = None
    phone: Phone | None = None
    page: Page | None = None


class NamingView(BaseModel):
    """One name."""

    name: str
    official: bool
    since: date | None
    used_in: str | None


class AttachmentView(BaseModel):
    """Below whom a unit stood; null is an open beginning or end."""

    parent: str
    since: date | None
    until: date | None


class ContactView(View):
    """How a unit is reached, in its own words."""

    mailbox: str | None
    phone: str | None
    page: str | None


class UnitView(View):
    """A unit on a day: its name, who is above and below it; and all that was before."""

    code: str
    kind: UnitKind
    body: str
    on: date
    name: str
    names: Sequence[NamingView]
    parent: str | None
    children: list[str]
    attachments: Sequence[AttachmentView]
    discussed_parents: list[str]
    areas: list[str]
    lor_version: str | None
    planned: bool
    example: bool
    source: str
    contact: ContactView | None


class NodeView(BaseModel):
    """A unit with those below it."""

    code: str
    unit: str
    kind: UnitKind
    name: str
    planned: bool
    children: list["NodeView"]


class TreeView(BaseModel):
    """Who is above whom on a day; several at the top where nobody is above them."""

    on: date
    units: list[NodeView]


class DesignationView(View):
    """What a class of units or a level of seniority is called."""

    code: str
    about: DesignationOf
    name: str
    official: bool


class DesignationDraft(Draft):
    """All names of a class of units, or of a level of seniority."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,60}$")]
    about: DesignationOf
    name: Name
    aliases: list[Name] = Field(default_factory=list)
