"""What holds for committees, whoever asks."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from http import HTTPStatus
from typing import Self

from services.registry.committees.model import Committee, Membership
from shared.lor import meet
from shared.problems import Refused

# Every office with a development planning belongs into the working group across offices
# (Strukturkonzept 2019, 4.2.2, 1. to 8.). Codes within a district, in the order of the source.
DEVELOPMENT_PLANNERS = (
    "stadtentwicklungsamt",
    "schul_sportamt",
    "jugendamt",
    "gesundheitsamt",
    "sozialamt",
    "weiterbildung_kultur",
    "sga",
    "umwelt_naturschutz",
)
# The two forms of that working group: C01 and C02 (Strukturkonzept 2019, 4.2).
ACROSS_OFFICES = frozenset({"ag_sro", "ag_planung"})

DISTRICT_DIGITS = 2  # of a district's key
ALIKE = 0.75  # from here on two names are nearly one
WORDS_ENOUGH, SHARE_ENOUGH = 2, 0.25
SHORTEST_WORD = 3  # AG and OE are said everywhere


class Standing(StrEnum):
    """Where a seat stands."""

    INVITED = "invited"
    TAKEN = "taken"
    DECLINED = "declined"
    ENDED = "ended"


OCCUPIED = frozenset({Standing.INVITED, Standing.TAKEN})


class Dissolved(Refused):
    """The committee no longer meets."""

    status = HTTPStatus.CONFLICT
    de = "Das Gremium besteht seit dem {on} nicht mehr."
    en = "The committee no longer exists since {on}."


class AlreadyInvited(Refused):
    """One unit has one seat; it is offered anew once it was declined or given up."""

    status = HTTPStatus.CONFLICT
    de = "{unit} hat in diesem Gremium schon einen Sitz oder eine Einladung."
    en = "{unit} has a seat in this committee, or an invitation to one, already."


class AlreadyTaken(Refused):
    """A seat that was taken can only be given up."""

    status = HTTPStatus.CONFLICT
    de = "Der Sitz ist schon eingenommen; er lässt sich nur aufgeben."
    en = "The seat is taken already; it can only be given up."


class GivenUp(Refused):
    """What was ended or declined is over; for a seat that was given up, a new one is offered."""

    status = HTTPStatus.CONFLICT
    de = "Diese Mitgliedschaft besteht nicht mehr."
    en = "This membership is over."


class NoSuchCommittee(Refused):
    """What a committee prepares, or meets in turn with, is a committee the registry knows."""

    status = HTTPStatus.CONFLICT
    de = "Ein Gremium {code} ist nicht bekannt."
    en = "No committee {code} is known."


class Contradictory(Refused):
    """The changes do not fit what the committee says otherwise."""

    status = HTTPStatus.CONFLICT
    de = "Ein Gremium endet nicht vor seinem Beginn und bezieht sich nicht auf sich selbst."
    en = "A committee ends after its start and does not point at itself."


@dataclass(frozen=True, slots=True)
class Profile:
    """A committee as far as doubles are looked for: word stems, areas, and who sits in it."""

    code: str
    names: tuple[str, ...]
    words: frozenset[str]
    areas: tuple[str, ...]
    members: frozenset[str]

    def joined_by(self, units: Iterable[str]) -> Self:
        """The same with these units in it."""
        return replace(self, members=self.members.union(units))


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a new committee has in common with one that exists."""

    code: str
    name: str
    alike: bool
    areas: list[str]
    words: list[str]
    members: list[str]


def standing(memberships: Sequence[Membership]) -> Standing:
    """Where a seat stands, by what its unit said last; computed, never stored."""
    if not memberships:
        return Standing.INVITED
    last = memberships[-1]
    if not last.takes:
        return Standing.DECLINED
    return Standing.ENDED if last.ended_on else Standing.TAKEN


def still_meets(committee: Committee) -> None:
    """Only a committee that exists has seats to offer and to take."""
    if committee.ended_on:
        raise Dissolved(on=committee.ended_on)


def not_yet_invited(addressee: str, seats: Mapping[str, Iterable[Standing]]) -> None:
    """A unit that has a seat, or an open invitation, is not invited once more."""
    if OCCUPIED.intersection(seats.get(addressee, ())):
        raise AlreadyInvited(unit=addressee)


def can_answer(memberships: Sequence[Membership]) -> None:
    """An invitation can be answered, and a refusal be thought over; what was taken stays so."""
    where = standing(memberships)
    if where is Standing.TAKEN:
        raise AlreadyTaken
    if where is Standing.ENDED:
        raise GivenUp


def can_end(membership: Membership) -> None:
    """Only a seat that was taken can be given up, once."""
    if not membership.takes or membership.ended_on:
        raise GivenUp


def holds_together(committee: Committee) -> None:
    """A committee ends after its start, and what it says of another is not about itself."""
    begins, ends = committee.exists_since, committee.ended_on
    backwards = begins is not None and ends is not None and ends < begins
    if backwards or committee.code in (committee.offset_to, committee.prepares):
        raise Contradictory


def are_known(named: Set[str], known: Set[str]) -> None:
    """Only a committee that is known can be pointed at."""
    for code in sorted(named - known):
        raise NoSuchCommittee(code=code)


def missing_offices(code: str, body: str, seats: Mapping[str, Iterable[Standing]]) -> list[str]:
    """Offices with a development planning that have no seat where all of them belong."""
    if code not in ACROSS_OFFICES:
        return []
    belong = (f"{body}.{office}" for office in DEVELOPMENT_PLANNERS)
    return [unit for unit in belong if not OCCUPIED.intersection(seats.get(unit, ()))]


def overlaps(new: Profile, existing: Iterable[Profile]) -> list[Overlap]:
    """Where a new committee might double an existing one, the closest first. Only ever a hint."""
    found = [_common(new, other) for other in existing if _telling(new, other)]
    return sorted(found, key=_closeness, reverse=True)


def _telling(new: Profile, other: Profile) -> bool:
    if new.code == other.code:
        return False
    # The same area says something only below the district: in the district, all of them meet.
    nearby = meet(_local(new.areas), _local(other.areas))
    return bool(_alike(new, other) or nearby or _topic(new, other) or new.members & other.members)


def _common(new: Profile, other: Profile) -> Overlap:
    return Overlap(
        code=other.code,
        name=other.names[0],
        alike=_alike(new, other),
        areas=meet(new.areas, other.areas),
        words=sorted(_topic(new, other)),
        members=sorted(new.members & other.members),
    )


def _alike(new: Profile, other: Profile) -> bool:
    return any(_likeness(one, two) >= ALIKE for one in new.names for two in other.names)


def _likeness(one: str, two: str) -> float:
    # In a fixed order, because the ratio depends on which of the two comes first.
    first, second = sorted((one.casefold(), two.casefold()))
    return SequenceMatcher(None, first, second).ratio()


def _local(areas: Iterable[str]) -> list[str]:
    return [area for area in areas if len(area) > DISTRICT_DIGITS]


def _topic(new: Profile, other: Profile) -> frozenset[str]:
    """The words both use, if these are more than chance would have it."""
    words = new.words & other.words
    enough = max(WORDS_ENOUGH, SHARE_ENOUGH * min(len(new.words), len(other.words)))
    return words if len(words) >= enough else frozenset()


def _closeness(overlap: Overlap) -> tuple[int, int, int, int]:
    return overlap.alike, len(overlap.words), len(overlap.members), len(overlap.areas)
