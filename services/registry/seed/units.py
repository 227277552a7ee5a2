"""The organisation tree is the word of who keeps it: the Bezirksamt in its district, the Senate
for Berlin; so is what kinds of units and levels of seniority are called."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Literal, Self

from pydantic import Field, model_validator
from sqlmodel import col

from services.registry.seed.planting import (
    DISTRICT,
    KEEPERS,
    Named,
    Noted,
    Planted,
    Planter,
    Step,
    speaking_as,
    stored,
)
from services.registry.units import actions
from services.registry.units.model import Designation, Naming, Organization, UnitKind
from services.registry.units.schema import (
    AliasDraft,
    DesignationDraft,
    DesignationOf,
    UnitDraft,
    Year,
)
from shared.authority import Hat, Role
from shared.database import Sessions
from shared.wire import AreaKey, Line, Slug, UnitCode


class TermLine(Named):
    """What a kind of units or a level of seniority is called."""

    code: Slug


class KindLine(TermLine):
    """What a kind of units is called."""

    code: UnitKind


class DatedName(Noted):
    """One of a unit's names that a source ties to a year, or to a day on which it began."""

    name: Line
    since: date | None = None
    used_in: Year | None = None


class ParentLine(Noted):
    """Below whom a unit stands, or a source would have it stand."""

    parent: UnitCode
    since: date | None = None


class UnitLine(Named):
    """A unit with its names and its place in the tree."""

    code: UnitCode
    kind: UnitKind
    dated_names: list[DatedName] = Field(default_factory=list)
    parents: list[ParentLine] = Field(max_length=1)
    proposed_parents: list[ParentLine] = Field(default_factory=list)
    areas: list[AreaKey] = Field(default_factory=list)
    planned: bool = False
    example: bool = False
    functions: list[Literal["steward"]] = Field(default_factory=list)

    @property
    def keeper(self) -> str:
        """Who keeps the tree it stands in."""
        return KEEPERS[self.code.partition(".")[0]]


class File(Noted):
    """units.yaml; who stands above another unit stands before it."""

    as_of: date
    lor_version: Year
    kinds: list[KindLine]
    levels: list[TermLine]
    units: list[UnitLine]

    @model_validator(mode="after")
    def every_kind_has_a_name(self) -> Self:
        """No kind is left without a term, and the district's tree is kept by its Bezirksamt."""
        if {line.code for line in self.kinds} != set(UnitKind):
            raise ValueError("kinds differ from those the registry knows")
        if [line.code for line in self.units if "steward" in line.functions] != [DISTRICT]:
            raise ValueError(f"the tree of the district is kept by {DISTRICT}")
        return self


def lines(file: File) -> int:
    """How many lines there are to plant."""
    return len(file.kinds) + len(file.levels) + len(file.units)


async def plant(sessions: Sessions, file: File, step: Step) -> Planted:
    """Say what is missing; `step` after each line."""
    new = await plant_terms(sessions, file, step)
    known = await stored(sessions, col(Organization.code))
    missing = [line for line in file.units if line.code not in known]
    for keeper, kept in by_keeper(missing):
        async with speaking_as(sessions, keeper, "unit.enter") as (session, caller):
            for line in kept:
                await actions.enter(session, caller, drafted(line, file.lor_version))
    await plant_aliases(sessions, file.units)
    for _ in file.units:
        step()
    new += len(missing)
    return Planted(new, lines(file) - new)


async def plant_terms(sessions: Sessions, file: File, step: Step) -> int:
    """Say what kinds and levels are called; how many were new."""
    known = await stored(sessions, col(Designation.about), col(Designation.code))
    terms = [
        *((DesignationOf.KIND, line) for line in file.kinds),
        *((DesignationOf.LEVEL, line) for line in file.levels),
    ]
    missing = [(about, line) for about, line in terms if (about, line.code) not in known]
    if missing:
        keeper = Hat(Role.STEWARD, DISTRICT)
        async with speaking_as(sessions, keeper, "unit.enter") as (session, caller):
            for about, line in missing:
                draft = DesignationDraft(
                    code=line.code, about=about, name=line.name, aliases=line.aliases
                )
                await actions.designate(session, caller, draft)
    for _ in terms:
        step()
    return len(missing)


async def plant_aliases(sessions: Sessions, units: Sequence[UnitLine]) -> None:
    """Let units that were entered by an older seed be found under the names it did not know."""
    called = await stored(sessions, col(Naming.code), col(Naming.name))
    unheard = [
        line for line in units if any((line.code, name) not in called for name in line.names)
    ]
    for keeper, kept in by_keeper(unheard):
        async with speaking_as(sessions, keeper, "unit.rename") as (session, caller):
            for line in kept:
                for alias in aliases_of(line):
                    if (line.code, alias.name) not in called:
                        await actions.add_alias(session, caller, line.code, alias)


def by_keeper(units: Sequence[UnitLine]) -> list[tuple[Hat, list[UnitLine]]]:
    """The units of each keeper in their order."""
    ordered = sorted(units, key=lambda line: line.keeper)
    return [
        (Hat(Role.STEWARD, keeper), list(kept))
        for keeper, kept in groupby(ordered, key=lambda line: line.keeper)
    ]


def aliases_of(line: UnitLine) -> list[AliasDraft]:
    """The other names of a unit, with what is known of their time."""
    dated = {each.name: each for each in line.dated_names}
    return [
        AliasDraft(
            name=name,
            since=dated[name].since if name in dated else None,
            used_in=dated[name].used_in if name in dated else None,
        )
        for name in line.aliases
    ]


def drafted(line: UnitLine, lor_version: str) -> UnitDraft:
    """The unit as its slice takes it."""
    above = line.parents[0] if line.parents else None
    return UnitDraft(
        code=line.code,
        kind=line.kind,
        name=line.name,
        aliases=aliases_of(line),
        areas=line.areas,
        lor_version=lor_version if line.areas else None,
        parent=above.parent if above else None,
        since=above.since if above else None,
        discussed_parents=[each.parent for each in line.proposed_parents],
        planned=line.planned,
        example=line.example,
        source=line.source,
    )


PLANTER = Planter("units", "Einheiten", File, lines, plant)
