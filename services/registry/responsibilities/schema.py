"""The ledger as the API takes and shows it."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.registry.responsibilities.model import Level, Origin, Responsibility
from services.registry.topics.model import Topic
from shared.wire import AreaKey, Day, Draft, Line, Prose, Slug, UnitCode, View


class Matter(Draft):
    """What it is about: a topic in an area."""

    topic: Annotated[Slug, Field(examples=["roads"])]
    area: AreaKey
    level: Level = Level.LEAD


class ResponsibilityProposalDraft(Matter):
    """Who should be responsible; the unit itself confirms or objects, or the Bezirksamt decides."""

    addressee: Annotated[UnitCode, Field(description="the unit that is proposed")]
    reason: Annotated[Prose, Field(min_length=3)]


class ConfirmationDraft(Matter):
    """One's own unit is responsible, from `since` until before `until`."""

    since: Day
    until: Annotated[Day | None, Field(description="first day it no longer counts")] = None
    basis: Annotated[Line, Field(description="what it rests on: law, plan, decision")]
    remark: Prose = ""
    proposal_id: Annotated[UUID | None, Field(description="the proposal this answers")] = None

    @model_validator(mode="after")
    def lasts(self) -> Self:
        """The end comes after the beginning."""
        if self.until and self.until <= self.since:
            raise ValueError(
                "Das Ende (`until`) muss nach dem Anfang (`since`) liegen. | "
                "The end (`until`) must come after the beginning (`since`)."
            )
        return self


class DecisionDraft(ConfirmationDraft):
    """The Bezirksamt's decision that a unit is responsible."""

    holder: Annotated[UnitCode, Field(description="the unit that is responsible")]


class EndingDraft(Draft):
    """From which day on it no longer counts, and why."""

    ended_on: Annotated[Day | None, Field(description="today or later; today if not given")] = None
    reason: Prose = ""


class ContestDraft(Draft):
    """Why one's own unit is not responsible, and who is, where that is known."""

    reason: Annotated[Prose, Field(min_length=3)]
    named_unit: UnitCode | None = None


class ContestView(View):
    """An objection."""

    responsibility_id: UUID | None
    proposal_id: UUID | None
    reason: str
    named_unit: str | None
    contested_on: date


class ResponsibilityView(View):
    """A responsibility and where it stands today."""

    origin: Origin
    holder: str
    topic: str
    area: str
    level: Level
    since: date
    until: date | None
    ended_on: date | None
    ending_reason: str
    basis: str
    remark: str
    proposal_id: UUID | None
    standing: str
    contests: list[ContestView]


class ResponsibilityProposalView(View):
    """A proposal and where it stands today."""

    addressee: str
    topic: str
    area: str
    level: Level
    reason: str
    standing: str
    contests: list[ContestView]


class Explanation(BaseModel):
    """The same plain sentences in both languages."""

    de: str
    en: str


class CandidateView(BaseModel):
    """One row of the ledger that bears on the question, and what it says."""

    id: UUID
    unit: str
    origin: Origin
    holder: str
    topic: str
    area: str
    level: Level
    since: date
    until: date | None
    ended_on: date | None
    basis: str
    standing: str
    explanation: Explanation


class LookupView(BaseModel):
    """Who is responsible for a topic in an area on a day, and by which rows of the ledger."""

    topic: str
    area: str
    on: date
    lead: Annotated[str | None, Field(description="unit; null where nobody leads")]
    involved: list[str]
    informed: list[str]
    gap: Annotated[bool, Field(description="nobody leads")]
    disputed: Annotated[bool, Field(description="the lead objects to being it")]
    explanation: Explanation
    candidates: Annotated[list[CandidateView], Field(description="by level, what counts first")]


# The district, and what its key is extended to: two more digits for each smaller kind of area.
AREAS = {
    2: ("Bezirk", "district"),
    4: ("Prognoseraum", "Prognoseraum"),
    6: ("Bezirksregion", "Bezirksregion"),
    8: ("Planungsraum", "Planungsraum"),
}
DOES = {
    Level.LEAD: ("hat die Federführung", "has the lead"),
    Level.INVOLVED: ("ist beteiligt", "is involved"),
    Level.INFORMED: ("wird informiert", "is informed"),
}


def explained(row: Responsibility, topic: Topic, *, above: bool, contested: bool) -> Explanation:
    """What a row says, by whose word, since when and on what ground.

    `above`: its topic is not the asked one, but lies above it.
    """
    does, area = DOES[Level(row.level)], AREAS[len(row.area)]
    decided, basis = row.origin == Origin.DECIDED, row.basis.rstrip(".")
    by_de = f"so beschlossen von {row.unit}" if decided else "von der Einheit selbst bestätigt"
    by_en = f"decided by {row.unit}" if decided else "confirmed by the unit itself"
    de = (
        f"{row.holder} {does[0]} für {'das übergeordnete Thema ' if above else ''}„{topic.name}“ "
        f"({area[0]} {row.area}), {by_de}, seit {row.since:%d.%m.%Y}. Grundlage: {basis}."
    )
    en = (
        f"{row.holder} {does[1]} for {'the wider topic ' if above else ''}“{topic.name_en}” "
        f"({area[1]} {row.area}), {by_en}, since {row.since:%Y-%m-%d}. Basis: {basis}."
    )
    if contested:
        de, en = f"{de} {row.holder} widerspricht.", f"{en} {row.holder} objects."
    return Explanation(de=de, en=en)


def nobody(topic: Topic, area: str, on: date) -> Explanation:
    """That a gap is known, and what it means."""
    kind = AREAS[len(area)]
    return Explanation(
        de=f"Für „{topic.name}“ ({kind[0]} {area}) hat am {on:%d.%m.%Y} niemand die Federführung: "
        "keine Einheit hat sie bestätigt, und beschlossen ist nichts.",
        en=f"On {on:%Y-%m-%d} nobody has the lead for “{topic.name_en}” ({kind[1]} {area}): "
        "no unit has confirmed it, and nothing is decided.",
    )
