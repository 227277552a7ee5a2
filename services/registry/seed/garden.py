"""All that the seed plants, in the order in which one needs the other."""

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from services.registry.seed import actors, bodies, committees, responsibilities, topics, units
from services.registry.seed.planting import DATA, Planted, Planter, Step
from shared.database import Sessions

PLANTERS: Sequence[Planter[Any]] = (
    bodies.PLANTER,
    units.PLANTER,
    topics.PLANTER,
    responsibilities.PLANTER,
    actors.PLANTER,
    committees.PLANTER,
)
Begin = Callable[[str, int], Step]


async def seed(
    sessions: Sessions, begin: Begin, folder: Path = DATA
) -> AsyncIterator[tuple[str, Planted]]:
    """Plant every file and tell what became of it; `begin` is told a title and its lines.

    All files are read first: one that is wrong stops the seed before anything is written.
    """
    checked = [(planter, planter.read(folder)) for planter in PLANTERS]
    for planter, file in checked:
        step = begin(planter.title, planter.lines(file))
        yield planter.title, await planter.plant(sessions, file, step)
