"""The twelve districts are the word of the Land; where each attaches its OE SPK is a finding of
the Strukturkonzept, which the Bezirksamt of Steglitz-Zehlendorf commissioned."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col

from services.registry.bodies import actions
from services.registry.bodies.model import Body, CoordinationSeat
from services.registry.bodies.schema import (
    AttachedTo,
    BodyDraft,
    BodyKey,
    CoordinationSeatDraft,
)
from services.registry.seed.planting import (
    DISTRICT,
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
from shared.wire import AreaKey, Line, UnitCode


class SeatLine(BaseModel):
    """Where a district attaches its OE SPK; `exists` is null where the source is silent."""

    model_config = ConfigDict(extra="forbid")

    exists: bool | None
    attachment: AttachedTo | None
    being_set_up: bool = False
    department: Line | None = None
    preferred_by_offices: AttachedTo | None = None


class BodyLine(Named):
    """A district."""

    key: BodyKey
    classification: str = "Bezirk"
    area: AreaKey | None = None
    executive: UnitCode | None = None
    assembly: UnitCode | None = None
    coordination: UnitCode | None = None
    oe_spk: SeatLine


class File(Noted):
    """bodies.yaml."""

    as_of: date
    bodies: list[BodyLine] = Field(min_length=12, max_length=12)


def lines(file: File) -> int:
    """How many lines there are to plant."""
    return len(file.bodies)


async def plant(sessions: Sessions, file: File, step: Step) -> Planted:
    """Say what is missing; `step` after each line."""
    known = await stored(sessions, col(Body.key))
    told = await stored(sessions, col(CoordinationSeat.body), col(CoordinationSeat.as_of))
    missing = [body for body in file.bodies if body.key not in known]
    silent = [body for body in file.bodies if (body.key, file.as_of) not in told]
    if missing:
        land = Hat(Role.STEWARD, LAND)
        async with speaking_as(sessions, land, "body.enter") as (session, caller):
            for body in missing:
                await actions.enter(session, caller, drafted(body))
    if silent:
        district = Hat(Role.STEWARD, DISTRICT)
        async with speaking_as(sessions, district, "body.enter") as (session, caller):
            for body in silent:
                await actions.state_seat(session, caller, body.key, seat_of(body, file))
    for _ in file.bodies:
        step()
    new = len(missing) + len(silent)
    return Planted(new, 2 * len(file.bodies) - new)


def drafted(body: BodyLine) -> BodyDraft:
    """The district as its slice takes it."""
    fields = {"key", "name", "aliases", "executive", "assembly", "coordination"}
    return BodyDraft.model_validate(body.model_dump(include=fields))


def seat_of(body: BodyLine, file: File) -> CoordinationSeatDraft:
    """What the file says of the district's OE SPK."""
    return CoordinationSeatDraft(
        as_of=file.as_of,
        established=body.oe_spk.exists,
        being_set_up=body.oe_spk.being_set_up,
        attached_to=body.oe_spk.attachment,
        department=body.oe_spk.department,
        preferred_by_offices=body.oe_spk.preferred_by_offices,
        source=body.source or file.source,
    )


PLANTER = Planter("bodies", "Bezirke", File, lines, plant)
