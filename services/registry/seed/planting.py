"""How the seed is planted: every file is checked first, then each row is said by whose word it is.

Nothing is written past the slices: their actions prove the relation, apply the rules and note the
deed. What is there already stays as it is, so a second run writes nothing.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from shared.access import Caller
from shared.authority import PAGE, Hat, PermitIf, Refuse, Role, decide
from shared.database import Sessions, speaking
from shared.problems import NotYourAct
from shared.wire import Line

DATA = Path(str(files("services.registry.seed"))) / "data"

# Who speaks where a file names nobody: the Bezirksamt for its district, the Land for Berlin.
DISTRICT, LAND = "06.bezirksamt", "be.senat"
KEEPERS = {"06": DISTRICT, "be": LAND}

Step = Callable[[], None]


class Noted(BaseModel):
    """A line of a seed file: known fields only, and where it was taken from."""

    model_config = ConfigDict(extra="forbid")

    inventory: list[str] = Field(default_factory=list)
    source: str = ""


class Named(Noted):
    """A line about something that has names."""

    name: Line
    aliases: list[Line] = Field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """Every name, the first one first."""
        return [self.name, *self.aliases]


@dataclass(frozen=True)
class Planted:
    """What became of a file: rows that were said now, and lines that stood there already."""

    new: int
    kept: int


Content = TypeVar("Content", bound=BaseModel)


@dataclass(frozen=True)
class Planter(Generic[Content]):
    """One file of the seed: what its lines are called, how many there are, how they are said."""

    name: str
    title: str
    kind: type[Content]
    lines: Callable[[Content], int]
    plant: Callable[[Sessions, Content, Step], Awaitable[Planted]]

    def read(self, folder: Path = DATA) -> Content:
        """The file, checked."""
        text = (folder / f"{self.name}.yaml").read_text("utf-8")
        return self.kind.model_validate(yaml.safe_load(text))


@asynccontextmanager
async def speaking_as(
    sessions: Sessions, hat: Hat, act: str
) -> AsyncIterator[tuple[AsyncSession, Caller]]:
    """A transaction in the name of a unit that holds the act; the page decides that here, too."""
    decision = decide(hat, PAGE[act])
    if isinstance(decision, Refuse):
        raise NotYourAct(role=hat.role, act=act, who_may=decision.who_may)
    owes = set(decision.relations) if isinstance(decision, PermitIf) else set()
    caller = Caller("seed", hat, PAGE[act], owes, "seed")
    async with speaking(sessions, caller) as session:
        yield session, caller


async def stored(sessions: Sessions, *columns: Mapped[Any]) -> set[Any]:
    """What stands in these columns already, as the Bezirksamt reads it; one column unpacked."""
    async with speaking_as(sessions, Hat(Role.STEWARD, DISTRICT), "unit.read") as (session, _):
        rows = (await session.execute(select(*columns))).all()
    return {tuple(row) if len(columns) > 1 else row[0] for row in rows}
