"""What holds for responsibilities, whoever asks: when one counts, which counts first, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from uuid import UUID

from services.registry.responsibilities.model import (
    Contest,
    Level,
    Origin,
    Responsibility,
    ResponsibilityProposal,
)
from services.registry.topics.model import Topic
from shared.problems import Refused

BERLIN_WIDE = "be"
DISTRICT, KEYS = 2, (2, 4, 6, 8)
LEVELS = list(Level)


class Standing(StrEnum):
    """Where a responsibility or a proposal for one stands; computed, never stored."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECIDED = "decided"
    CONTESTED = "contested"
    ENDED = "ended"


class LeadTaken(Refused):
    """One topic has in one area at most one confirmed and one decided lead at a time."""

    status = HTTPStatus.CONFLICT
    de = "Die Federführung für „{topic}“ in {area} liegt ab {since} bei {holder} ({origin})."
    en = "The lead for “{topic}” in {area} is with {holder} from {since} on ({origin})."


class SaidAlready(Refused):
    """The unit has a responsibility for this topic and area in that time already."""

    status = HTTPStatus.CONFLICT
    de = "Für „{topic}“ in {area} steht {holder} ab {since} schon im Verzeichnis ({level})."
    en = "{holder} is in the ledger for “{topic}” in {area} from {since} on already ({level})."


class AreaOfAnotherDistrict(Refused):
    """A district's ledger is written by units of that district."""

    status = HTTPStatus.CONFLICT
    de = "Das Gebiet {area} liegt nicht im Bezirk von {unit}."
    en = "The area {area} does not lie in the district of {unit}."


class AnotherProposal(Refused):
    """A proposal is answered for the unit, topic and area that it names."""

    status = HTTPStatus.CONFLICT
    de = "Dieser Vorschlag nennt {addressee} für „{topic}“ in {area}."
    en = "This proposal names {addressee} for “{topic}” in {area}."


class OwnWord(Refused):
    """What a unit has confirmed itself it ends; it does not object to it."""

    status = HTTPStatus.CONFLICT
    de = "Das hat {unit} selbst bestätigt und kann es beenden; ein Widerspruch ist nicht nötig."
    en = "{unit} confirmed this itself and can end it; there is nothing to object to."


class EndsAlready(Refused):
    """It does not count any more."""

    status = HTTPStatus.CONFLICT
    de = "Diese Zuständigkeit endet schon am {on}."
    en = "This responsibility ends on {on} already."


class EndsInThePast(Refused):
    """Who was responsible on a past day is not changed afterwards."""

    status = HTTPStatus.CONFLICT
    de = "Eine Zuständigkeit kann frühestens heute enden ({today})."
    en = "A responsibility can end today at the earliest ({today})."


def last_end(row: Responsibility) -> date | None:
    """The first day on which it no longer counts; None while none is known."""
    return min((day for day in (row.until, row.ended_on) if day), default=None)


def counts_on(row: Responsibility, day: date) -> bool:
    """Whether `day` lies in its time."""
    end = last_end(row)
    return row.since <= day and (end is None or day < end)


def standing(row: Responsibility, contests: Iterable[Contest], on: date) -> Standing:
    """Where a responsibility stands on a day, given the objections that stand."""
    end = last_end(row)
    if end is not None and end <= on:
        return Standing.ENDED
    if any(contest.contested_on <= on for contest in contests):
        return Standing.CONTESTED
    return Standing(row.origin)


def proposal_standing(
    proposal: ResponsibilityProposal,
    answers: Iterable[tuple[Responsibility, Standing]],
    contests: Iterable[Contest],
) -> Standing:
    """Where a proposal stands: whatever the unit or the Bezirksamt said last."""
    said = [(row.created_at, where) for row, where in answers if row.proposal_id == proposal.id]
    said += [(contest.created_at, Standing.CONTESTED) for contest in contests]
    return max(said)[1] if said else Standing.PROPOSED


def is_at_home(row: Responsibility) -> None:
    """The area lies in the district of the unit that speaks; the Senate is at home everywhere.

    But only a district's own Bezirksamt decides for it.
    """
    homes = {row.area[:DISTRICT]} | ({BERLIN_WIDE} if row.origin == Origin.CONFIRMED else set())
    if row.unit[:DISTRICT] not in homes:
        raise AreaOfAnotherDistrict(area=row.area, unit=row.unit)


def answers(row: Responsibility, proposal: ResponsibilityProposal) -> None:
    """What is said to a proposal is about the same unit, topic and area."""
    named = (proposal.addressee, proposal.topic, proposal.area)
    if (row.holder, row.topic, row.area) != named:
        addressee, topic, area = named
        raise AnotherProposal(addressee=addressee, topic=topic, area=area)


def is_free(row: Responsibility, others: Iterable[Responsibility]) -> None:
    """Among `others` of the same origin, topic and area none takes its place in time."""
    for other in others:
        if not overlap(row, other):
            continue
        facts = other.model_dump(include={"topic", "area", "since", "holder", "origin", "level"})
        if row.holder == other.holder:
            raise SaidAlready(unit=other.unit, **facts)
        if row.level == other.level == Level.LEAD:
            raise LeadTaken(unit=other.unit, **facts)


def overlap(one: Responsibility, other: Responsibility) -> bool:
    """Whether there is a day on which both count."""
    return counts_on(one, max(one.since, other.since)) and counts_on(
        other, max(one.since, other.since)
    )


def ending_day(row: Responsibility, wished: date | None, today: date) -> date:
    """The day from which on it will not count: as wished, but neither past nor before it began."""
    if wished is not None and wished < today:
        raise EndsInThePast(today=today)
    day = max(wished or today, row.since)
    end = last_end(row)
    if end is not None and end <= day:
        raise EndsAlready(on=end)
    return day


def can_be_contested(row: Responsibility, today: date) -> None:
    """A unit objects to what was decided about it, while that counts or is yet to begin."""
    if row.origin == Origin.CONFIRMED:
        raise OwnWord(unit=row.unit)
    end = last_end(row)
    if end is not None and end <= today:
        raise EndsAlready(on=end)


def covering(area: str) -> list[str]:
    """The keys of an area and of all that it lies in: district, PGR, BZR, PLR."""
    return [area[:length] for length in KEYS if length <= len(area)]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that counts, with the topic it is about and how far above the asked one that is."""

    row: Responsibility
    topic: Topic
    distance: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Finding:
    """Who is responsible; the first of each level counts."""

    candidates: tuple[Candidate, ...]

    @property
    def lead(self) -> Candidate | None:
        """The row by which somebody leads."""
        return next((each for each in self.candidates if each.row.level == Level.LEAD), None)

    @property
    def disputed(self) -> bool:
        """Whether the lead objects to being it; the decision counts until another is made."""
        return self.lead is not None and self.lead.standing is Standing.CONTESTED

    def holders(self, level: Level) -> list[str]:
        """The units of a level, each once, but the lead."""
        lead = self.lead.row.holder if self.lead else None
        named = (each.row.holder for each in self.candidates if each.row.level == level)
        return [holder for holder in dict.fromkeys(named) if holder != lead]


def lookup(
    way: Sequence[Topic],
    rows: Iterable[Responsibility],
    contests: Mapping[UUID, Sequence[Contest]],
    area: str,
    on: date,
) -> Finding:
    """Who is responsible on a day for the first topic of `way`, which leads up to its root.

    The nearer topic comes first. For the same topic a decision comes before a unit's own word,
    else a unit could take a part of the district out of a decision by itself; then the smaller
    area comes before the wider.
    """
    distance = {topic.code: steps for steps, topic in enumerate(way)}
    keys = covering(area)
    found = [
        Candidate(
            row,
            way[distance[row.topic]],
            distance[row.topic],
            standing(row, contests.get(row.id, ()), on),
        )
        for row in rows
        if row.topic in distance and row.area in keys and counts_on(row, on)
    ]
    return Finding(tuple(sorted(found, key=order)))


def order(candidate: Candidate) -> tuple[int, int, bool, int, str, str]:
    """What comes first; the last two only make it the same order every time."""
    row = candidate.row
    return (
        LEVELS.index(Level(row.level)),
        candidate.distance,
        row.origin != Origin.DECIDED,
        -len(row.area),
        row.holder,
        str(row.id),
    )
