"""What a connector to a Senate system has to offer; all else stays as it is if one is replaced."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from services.datahub.senate.model import FromSenate


@dataclass(frozen=True, slots=True)
class Source:
    """A Senate system: whose word it is, what it tells, and where that is kept.

    `format` says who defined the exchange format. No public description of these systems'
    interfaces exists, so all three speak one of our own until there is an official one.
    """

    name: str
    unit: str
    title: str
    holds: str
    table: type[FromSenate]
    format: str = "kiezknoten/1"


@dataclass(frozen=True, slots=True)
class Told:
    """A record as the partner tells it at its instant `at`; gone, it says nothing more."""

    key: str
    at: datetime
    gone: bool = False
    says: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """The partner's present state: its clock, and a tag that changes with anything it tells."""

    as_of: datetime
    tag: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of what changed; `next` is where to go on, None at the end; `total` counts all."""

    told: list[Told]
    next: str | None = None
    total: int | None = None


class Connector(Protocol):
    """A way to one Senate system. Every method raises Trouble when the partner cannot be read."""

    @property
    def source(self) -> Source:
        """The system this leads to."""

    async def state(self, known_tag: str | None) -> State | None:
        """The partner's present state; None if it is still the one with `known_tag`."""

    async def changes(self, since: datetime | None, cursor: str | None) -> Batch:
        """What changed from `since` on (None: all there is), from `cursor` on."""
