"""Committees are the word of whoever convenes them; where no source says who does, the OE SPK
(or the Land) enters what exists. Seats are invitations: whether a unit comes is its own word."""

from collections.abc import Collection
from datetime import date
from typing import Literal

from pydantic import Field
from sqlmodel import col

from services.registry.committees import actions
from services.registry.committees.model import Committee, Kind, Seat
from services.registry.committees.schema import CommitteeDraft, SeatDraft, SeatRole
from services.registry.seed.planting import (
    LAND,
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
from shared.wire import AreaKey, Prose, Slug, UnitCode

ENTERS_WHAT_EXISTS = {"06": "06.spk", "be": LAND}
COORDINATION = {
    "06.spk": Role.DISTRICT_COORDINATION,
    "06.bezirkskoordination": Role.DISTRICT_COORDINATION,
    "06.datenkoordination": Role.DATA_COORDINATION,
    "06.stadtteilkoordination": Role.NEIGHBOURHOOD_COORDINATION,
}


class SeatLine(Noted):
    """A seat; `through` is the planning unit that a source names for the office's seat."""

    unit: UnitCode
    role: SeatRole
    vote: bool | None
    through: list[UnitCode] = Field(default_factory=list)
    optional: bool = False
    planned: bool = False


class CommitteeLine(Named):
    """A committee with the seats that a source gives it."""

    code: Slug
    body: str
    kind: Kind
    convened_by: UnitCode | None
    areas: list[AreaKey]
    mandate: Prose
    seats: list[SeatLine]
    planned: bool = False
    once: bool = False
    exists_since: date | None = None
    since_precision: Literal["month", "year"] | None = None
    turnus_months: float | None = None
    turnus_wish_months: float | None = None
    offset_to: Slug | None = None
    prepares: Slug | None = None
    part_of: Slug | None = None

    @property
    def hat(self) -> Hat:
        """Who enters and invites."""
        unit = self.convened_by or ENTERS_WHAT_EXISTS[self.body]
        return Hat(COORDINATION.get(unit, Role.LEAD), unit, (self.body,))


class File(Noted):
    """committees.yaml."""

    as_of: date
    lor_version: str
    committees: list[CommitteeLine]


def lines(file: File) -> int:
    """How many lines there are to plant."""
    return len(file.committees)


async def plant(sessions: Sessions, file: File, step: Step) -> Planted:
    """Say what is missing; `step` after each line."""
    codes = await stored(sessions, col(Committee.code), col(Committee.id))
    known = {code for code, _ in codes}
    new = await convene(sessions, [line for line in file.committees if line.code not in known])
    ids = dict(await stored(sessions, col(Committee.code), col(Committee.id)))
    seated = await stored(sessions, col(Seat.committee_id), col(Seat.addressee))
    for line in file.committees:
        there = {unit for committee, unit in seated if committee == ids[line.code]}
        new += await invite(sessions, line, there)
        step()
    total = sum(1 + len(line.seats) for line in file.committees)
    return Planted(new, total - new)


async def convene(sessions: Sessions, missing: list[CommitteeLine]) -> int:
    """Enter committees, those that others point at first; how many."""
    pointed_at = {code for line in missing for code in (line.offset_to, line.prepares)}
    for line in sorted(missing, key=lambda line: line.code not in pointed_at):
        async with speaking_as(sessions, line.hat, "committee.convene") as (session, caller):
            await actions.convene(session, caller, drafted(line))
    return len(missing)


async def invite(sessions: Sessions, line: CommitteeLine, there: Collection[str]) -> int:
    """Offer the seats that are not offered yet; how many."""
    missing = [seat for seat in line.seats if seat.unit not in there]
    if missing:
        async with speaking_as(sessions, line.hat, "committee.invite") as (session, caller):
            for seat in missing:
                draft = SeatDraft(addressee=seat.unit, role=seat.role, vote=seat.vote)
                await actions.invite(session, caller, line.code, draft)
    return len(missing)


def drafted(line: CommitteeLine) -> CommitteeDraft:
    """The committee as its slice takes it."""
    fields = {"code", "name", "aliases", "kind", "body", "areas", "mandate", "turnus_months"}
    fields |= {"offset_to", "prepares", "planned", "exists_since", "source"}
    known = line.model_dump(include=fields)
    return CommitteeDraft.model_validate(known | {"imported": line.convened_by is None})


PLANTER = Planter("committees", "Gremien", File, lines, plant)
