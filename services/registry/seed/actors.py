"""Actors that the sources name are listed by the OE SPK, as it knows them; none speaks here."""

from typing import Self

from pydantic import model_validator
from sqlmodel import col

from services.registry.actors import actions
from services.registry.actors.model import Actor, Category
from services.registry.actors.rules import CATEGORIES
from services.registry.actors.schema import ListingDraft
from services.registry.seed.planting import (
    Named,
    Noted,
    Planted,
    Planter,
    Step,
    speaking_as,
    stored,
)
from shared.authority import Hat, Role
from shared.database import Sessions
from shared.wire import AreaKey, Line

COORDINATION = Hat(Role.DISTRICT_COORDINATION, "06.spk")


class CategoryLine(Named):
    """A category of actors; the code list itself is part of the program."""

    code: Category
    parent: Category | None


class ActorLine(Named):
    """An actor that a source names, and in which role."""

    code: str
    category: Category
    served_areas: list[AreaKey]
    role: Line


class File(Noted):
    """actors.yaml."""

    lor_version: str
    categories: list[CategoryLine]
    actors: list[ActorLine]

    @model_validator(mode="after")
    def names_the_categories_there_are(self) -> Self:
        """The file tells the code list as the program has it."""
        told = {line.code: (line.parent, line.name, set(line.aliases)) for line in self.categories}
        known = {
            code: (kind.within, kind.name, set(kind.aliases)) for code, kind in CATEGORIES.items()
        }
        for code in {*told, *known}:
            if told.get(code) != known.get(code):
                raise ValueError(f"{code}: the file has {told.get(code)}, not {known.get(code)}")
        return self


def lines(file: File) -> int:
    """How many lines there are to plant."""
    return len(file.actors)


async def plant(sessions: Sessions, file: File, step: Step) -> Planted:
    """Say what is missing; `step` after each line."""
    known = await stored(sessions, col(Actor.unit), col(Actor.name))
    missing = [line for line in file.actors if (COORDINATION.unit, line.name) not in known]
    if missing:
        async with speaking_as(sessions, COORDINATION, "actor.list") as (session, caller):
            for line in missing:
                await actions.list_known(session, caller, drafted(line))
    for _ in file.actors:
        step()
    return Planted(len(missing), len(file.actors) - len(missing))


def drafted(line: ActorLine) -> ListingDraft:
    """The actor as its slice takes it."""
    return ListingDraft(
        name=line.name,
        aliases=line.aliases,
        category=line.category,
        areas=line.served_areas,
        source=f"{line.role} ({line.source})",
    )


PLANTER = Planter("actors", "Akteure", File, lines, plant)
