"""Who is responsible stands in the ledger as decisions of the Bezirksamt: an example of a
distribution of duties (Geschäftsverteilung), and marked as one. Open topics stay open."""

from datetime import date
from typing import Literal

from sqlmodel import col

from services.registry.responsibilities import actions
from services.registry.responsibilities.model import Level, Origin, Responsibility
from services.registry.responsibilities.schema import DecisionDraft
from services.registry.seed.planting import (
    DISTRICT,
    Noted,
    Planted,
    Planter,
    Step,
    speaking_as,
    stored,
)
from shared.authority import Hat, Role
from shared.database import Sessions
from shared.wire import AreaKey, Line, Slug, UnitCode

EXAMPLE = "Beispiel einer Geschäftsverteilung, keine amtliche"


class ResponsibilityLine(Noted):
    """A unit's part in a topic."""

    topic: Slug
    unit: UnitCode
    level: Level
    basis: Line


class OpenLine(Noted):
    """A topic left without a lead, and why."""

    topic: Slug
    reason: Line


class File(Noted):
    """responsibilities.yaml."""

    as_of: date
    example: bool
    decided_by: Literal["06.bezirksamt"]
    lor_version: str
    areas: list[AreaKey]
    responsibilities: list[ResponsibilityLine]
    open: list[OpenLine]


def lines(file: File) -> int:
    """How many lines there are to plant."""
    return len(file.areas) * len(file.responsibilities)


async def plant(sessions: Sessions, file: File, step: Step) -> Planted:
    """Say what is missing; `step` after each line."""
    columns = (Responsibility.origin, Responsibility.holder, Responsibility.topic)
    known = await stored(sessions, *map(col, columns), col(Responsibility.area))
    wanted = [(line, area) for area in file.areas for line in file.responsibilities]
    missing = [
        (line, area)
        for line, area in wanted
        if (Origin.DECIDED, line.unit, line.topic, area) not in known
    ]
    if missing:
        college = Hat(Role.EXECUTIVE, DISTRICT)
        async with speaking_as(sessions, college, "responsibility.decide") as (session, caller):
            for line, area in missing:
                await actions.decide(session, caller, drafted(line, area, file))
    for _ in wanted:
        step()
    return Planted(len(missing), len(wanted) - len(missing))


def drafted(line: ResponsibilityLine, area: str, file: File) -> DecisionDraft:
    """The decision as the ledger takes it."""
    return DecisionDraft(
        topic=line.topic,
        area=area,
        level=line.level,
        holder=line.unit,
        since=file.as_of,
        basis=line.basis,
        remark=EXAMPLE if file.example else "",
    )


PLANTER = Planter("responsibilities", "Zuständigkeiten", File, lines, plant)
