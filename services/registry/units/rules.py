"""What holds for the tree of units, whoever asks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import NamedTuple

from services.registry.units.model import Attachment, Naming, Organization, UnitKind
from shared.problems import Refused


class CodeTaken(Refused):
    """A code stands for one unit for ever."""

    status = HTTPStatus.CONFLICT
    de = "Das Kürzel {code} ist schon vergeben."
    en = "The code {code} is taken already."


class OtherDistrict(Refused):
    """A tree does not reach beyond its district, and nobody keeps another district's."""

    status = HTTPStatus.CONFLICT
    de = "{code} gehört nicht zum Bezirk {body}."
    en = "{code} is not of the district {body}."


class ParentUnknown(Refused):
    """Only a unit that is entered can stand above another."""

    status = HTTPStatus.CONFLICT
    de = "Die Einheit {code} ist nicht eingetragen."
    en = "The unit {code} is not entered."


class GoesInCircles(Refused):
    """On no day does a unit stand below itself."""

    status = HTTPStatus.CONFLICT
    de = "Dann stünde {code} unter sich selbst: {way}."
    en = "Then {code} would stand below itself: {way}."


class Overlapping(Refused):
    """A unit stands below one unit at a time."""

    status = HTTPStatus.CONFLICT
    de = "In dieser Zeit steht {code} schon unter {parent}."
    en = "At that time {code} stands below {parent} already."


class LeavesCoordination(Refused):
    """The OE SPK is one closed unit and not split over offices (Strukturkonzept 2019, 2.1)."""

    status = HTTPStatus.CONFLICT
    de = "Die OE SPK bleibt zusammen: {code} ist ein Teil von ihr und wechselt nur mit ihr."
    en = "The OE SPK stays together: {code} is a part of it and moves only with it."


class CalledSoAlready(Refused):
    """A rename gives another name."""

    status = HTTPStatus.CONFLICT
    de = "{code} heißt dann schon so."
    en = "{code} is called that already."


class Period(NamedTuple):
    """Days from `since` until before `until`; None is open."""

    since: date | None
    until: date | None

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return (self.since or date.min) <= day < (self.until or date.max)

    def shared(self, other: "Period") -> "Period | None":
        """The days in both; None where there is no such day."""
        since = max(self.since or date.min, other.since or date.min)
        until = min(self.until or date.max, other.until or date.max)
        return Period(since, until) if since < until else None


def period(attachment: Attachment) -> Period:
    """When an attachment is in force."""
    return Period(attachment.since, attachment.until)


def of_own_district(code: str, body: str) -> None:
    """A unit, and whoever stands above it, is of the district whose tree it is."""
    if not code.startswith(f"{body}."):
        raise OtherDistrict(code=code, body=body)


def called(namings: Iterable[Naming], on: date) -> str:
    """The official name on a day: the youngest that has begun, or the first there is."""
    official = sorted((n for n in namings if n.official), key=lambda n: n.since or date.min)
    begun = [naming for naming in official if (naming.since or date.min) <= on]
    return (begun[-1:] or official)[0].name


def is_another_name(code: str, namings: Sequence[Naming], name: str, since: date) -> None:
    """A rename says something new."""
    if called(namings, since) == name:
        raise CalledSoAlready(code=code)


def predecessor(attachments: Iterable[Attachment], new: Period) -> Attachment | None:
    """The attachment that an open one takes the place of, on the day it begins."""
    if new.until is not None or new.since is None:
        return None
    for each in attachments:
        if each.until is None and (each.since or date.min) < new.since:
            return each
    return None


def is_below_one_at_a_time(attachments: Iterable[Attachment], new: Period) -> None:
    """No two attachments of a unit share a day."""
    for each in attachments:
        if period(each).shared(new):
            raise Overlapping(code=each.code, parent=each.parent)


def goes_in_no_circle(edges: Iterable[Attachment], code: str, parent: str, new: Period) -> None:
    """Whoever is above `parent` on a day of the new attachment is not below `code` on that day."""
    above: dict[str, list[Attachment]] = {}
    for edge in edges:
        above.setdefault(edge.code, []).append(edge)
    ways = [([code, parent], new)]
    while ways:
        way, days = ways.pop()
        if way[-1] == code:
            raise GoesInCircles(code=code, way=" < ".join(way))
        ways += [
            ([*way, edge.parent], both)
            for edge in above.get(way[-1], [])
            if (both := period(edge).shared(days))
        ]


def keeps_together(
    edges: Iterable[Attachment], parts: Collection[str], code: str, parent: str | None
) -> None:
    """Of a district's coordination units (`parts`) only the head stands below another office.

    The others, its elements, stand below one of them; so the OE SPK moves as a whole or not at all.
    """
    if code not in parts or parent in parts:
        return
    ours = [edge for edge in edges if edge.code in parts]
    elements = {edge.code for edge in ours if edge.parent in parts}
    heads = {edge.parent if edge.parent in parts else edge.code for edge in ours} - elements
    if code in elements or heads - {code}:
        raise LeavesCoordination(code=code)


@dataclass(slots=True)
class Standing:
    """A unit in the tree of a day: its name then, and who is above it."""

    organization: Organization
    name: str
    parent: str | None


@dataclass(slots=True)
class Node:
    """A unit with those below it."""

    code: str
    unit: str
    kind: UnitKind
    name: str
    planned: bool
    children: list["Node"]


def tree(standings: Iterable[Standing]) -> list[Node]:
    """The units as a forest, each branch in the order of its codes."""
    standings = sorted(standings, key=lambda each: each.organization.code)
    nodes: Mapping[str, Node] = {
        each.organization.code: Node(
            each.organization.code,
            each.organization.unit,
            UnitKind(each.organization.kind),
            each.name,
            each.organization.planned,
            [],
        )
        for each in standings
    }
    top: list[Node] = []
    for each in standings:
        above = nodes.get(each.parent or "")
        (above.children if above else top).append(nodes[each.organization.code])
    return top
