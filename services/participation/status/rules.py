"""Where an item stands: one pure rule over what was said about it, and nothing is stored."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

# After so many offices said "not mine" it is a matter for the AG, not for a fourth try.
MOST_HANDOVERS = 3


class Standing(StrEnum):
    """Where an item stands."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    PROPOSED = "proposed"
    WITH = "with"
    AGENDA = "agenda"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Turn(StrEnum):
    """Whose turn it is."""

    MACHINE = "machine"
    COORDINATION = "coordination"
    UNITS = "units"
    WORKING_GROUP = "working_group"
    NOBODY = "nobody"


class Deed(StrEnum):
    """What can happen to an item."""

    SAID = "said"
    FOUND_OUT = "found_out"
    PROPOSED = "proposed"
    PROPOSAL_WITHDRAWN = "proposal_withdrawn"
    ACCEPTED = "accepted"
    NOT_MINE = "not_mine"
    PASSED_ON = "passed_on"
    ANSWERED = "answered"
    SUMMARISED = "summarised"
    WITHDRAWN = "withdrawn"


TURNS = {
    Standing.RECEIVED: Turn.MACHINE,
    Standing.IN_REVIEW: Turn.COORDINATION,
    Standing.PROPOSED: Turn.UNITS,
    Standing.WITH: Turn.UNITS,
    Standing.AGENDA: Turn.WORKING_GROUP,
    Standing.ANSWERED: Turn.NOBODY,
    Standing.WITHDRAWN: Turn.NOBODY,
}

# The status in plain words, German and English.
SENTENCES = {
    Standing.RECEIVED: (
        "Eingegangen am {since:%d.%m.%Y}; der Ort wird noch bestimmt.",
        "Received on {since:%Y-%m-%d}; its place is still being found.",
    ),
    Standing.IN_REVIEW: (
        "In Prüfung seit {since:%d.%m.%Y}; die Koordination sucht die zuständige Stelle.",
        "In review since {since:%Y-%m-%d}; the coordination looks for the office responsible.",
    ),
    Standing.PROPOSED: (
        "Noch keine Antwort; seit {since:%d.%m.%Y} vorgeschlagen für {units} (Tage: {days}).",
        "No answer yet; since {since:%Y-%m-%d} proposed to {units} (days: {days}).",
    ),
    Standing.WITH: (
        "Noch keine Antwort; seit {since:%d.%m.%Y} bei {units} (Tage: {days}).",
        "No answer yet; since {since:%Y-%m-%d} with {units} (days: {days}).",
    ),
    Standing.AGENDA: (
        "Seit {since:%d.%m.%Y} ungeklärt: {handovers} Stellen sahen sich nicht zuständig. "
        "Vorgeschlagen für die Tagesordnung der AG.",
        "Unresolved since {since:%Y-%m-%d}: {handovers} offices said it is not theirs. "
        "Proposed for the agenda of the working group.",
    ),
    Standing.ANSWERED: (
        "Beantwortet am {since:%d.%m.%Y}.",
        "Answered on {since:%Y-%m-%d}.",
    ),
    Standing.WITHDRAWN: (
        "Zurückgezogen am {since:%d.%m.%Y}.",
        "Withdrawn on {since:%Y-%m-%d}.",
    ),
}


@dataclass(frozen=True, slots=True)
class Hop:
    """One deed: when, whose word, about which row; `of` is the proposal it belongs to."""

    at: datetime
    unit: str
    act: str
    deed: Deed
    row: UUID
    of: UUID | None = None
    addressee: str | None = None
    named_unit: str | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A unit whose turn it is, and since when."""

    unit: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """How long a unit had, or has, the item in hand without having answered."""

    unit: str
    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class Position:
    """Where an item stands after some hops."""

    asked: dict[UUID, Waiting] = field(default_factory=dict)
    in_hand: dict[UUID, Waiting] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    found_out: bool = False
    handovers: int = 0
    answers: int = 0
    withdrawn: bool = False

    @property
    def standing(self) -> Standing:
        """Where it stands; what comes first in this list outweighs what follows."""
        for holds, standing in (
            (self.withdrawn, Standing.WITHDRAWN),
            (bool(self.in_hand), Standing.WITH),
            (self.handovers >= MOST_HANDOVERS and not self.answers, Standing.AGENDA),
            (bool(self.asked), Standing.PROPOSED),
            (self.answers > 0, Standing.ANSWERED),
            (self.found_out, Standing.IN_REVIEW),
        ):
            if holds:
                return standing
        return Standing.RECEIVED

    @property
    def waiting(self) -> list[Waiting]:
        """The units whose turn it is."""
        of = {Standing.WITH: self.in_hand, Standing.PROPOSED: self.asked}
        return list(of.get(self.standing, {}).values())

    def take(self, hop: Hop) -> None:
        """Go one hop further."""
        match hop.deed:
            case Deed.FOUND_OUT:
                self.found_out = True
            case Deed.WITHDRAWN:
                self.withdrawn = True
            case Deed.PROPOSED if hop.addressee:
                self.asked[hop.row] = Waiting(hop.addressee, hop.at)
            case Deed.PROPOSAL_WITHDRAWN | Deed.ACCEPTED | Deed.NOT_MINE if hop.of:
                self.asked.pop(hop.of, None)
        match hop.deed:
            case Deed.ACCEPTED if hop.of:
                self.in_hand[hop.of] = Waiting(hop.unit, hop.at)
            case Deed.NOT_MINE:
                self.handovers += 1
            case Deed.PASSED_ON:
                self.handovers += 1
                self._let_go(hop)
            case Deed.ANSWERED:
                self.answers += 1
                self._let_go(hop)

    def _let_go(self, hop: Hop) -> None:
        """What a unit had in hand until now is answered or passed on."""
        for proposal, waiting in list(self.in_hand.items()):
            if waiting.unit == hop.unit:
                self.held.append(Held(waiting.unit, waiting.since, hop.at))
                del self.in_hand[proposal]


@dataclass(frozen=True, slots=True)
class Step:
    """A hop, and where the item stood after it."""

    hop: Hop
    standing: Standing
    turn: Turn
    waiting: list[Waiting]


@dataclass(frozen=True, slots=True)
class Story:
    """An item's way so far; `since` is when its standing last changed."""

    steps: list[Step]
    standing: Standing
    since: datetime
    waiting: list[Waiting]
    held: list[Held]
    handovers: int
    answers: int


def in_order(hops: Iterable[Hop]) -> list[Hop]:
    """Hops as they happened; of the same instant, in the order they were written."""
    return sorted(hops, key=lambda hop: (hop.at, hop.row))


def story(hops: Sequence[Hop]) -> Story:
    """The way of an item whose first hop is that somebody said it."""
    position, steps = Position(), []
    since = hops[0].at
    for hop in hops:
        before = position.standing
        position.take(hop)
        if position.standing is not before:
            since = hop.at
        standing = position.standing
        steps.append(Step(hop, standing, TURNS[standing], position.waiting))
    return Story(
        steps,
        position.standing,
        since,
        position.waiting,
        [*position.held, *still_held(position)],
        position.handovers,
        position.answers,
    )


def still_held(position: Position) -> Iterator[Held]:
    """What is in hand at the end."""
    return (Held(each.unit, each.since) for each in position.in_hand.values())


def whole_days(since: datetime, until: datetime) -> int:
    """How many days have passed."""
    return max(0, (until - since) // timedelta(days=1))
