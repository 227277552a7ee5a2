"""HTTP for units: parse, call, answer."""

from datetime import date
from typing import Annotated

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.units import actions, queries, rules
from services.registry.units.model import Organization, UnitKind
from services.registry.units.schema import (
    AttachmentDraft,
    ContactDraft,
    ContactView,
    DesignationOf,
    DesignationView,
    NamingDraft,
    TreeView,
    UnitDraft,
    UnitView,
)
from shared.access import CurrentCaller
from shared.clock import today
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter
from shared.wire import Day, Line, UnitCode

router = SliceRouter("units")

OnDay = Annotated[Day | None, Query(description="the day that is asked about; today if left out")]
District = Annotated[str | None, Query(pattern=r"^(\d\d|be)$", description="06, or be for Berlin")]
Words = Annotated[Line | None, Query(description="a name, also roughly spelled")]


def shown(unit: Organization, told: queries.Told, on: date) -> UnitView:
    """A unit as it was on a day."""
    namings, attachments = told.namings[unit.code], told.attachments[unit.code]
    above = [each.parent for each in attachments if rules.period(each).holds(on)]
    return UnitView.model_validate(
        unit.model_dump()
        | {
            "on": on,
            "name": rules.called(namings, on),
            "names": [naming.model_dump() for naming in namings],
            "parent": above[0] if above else None,
            "children": told.children[unit.code],
            "attachments": [attachment.model_dump() for attachment in attachments],
            "contact": told.contacts.get(unit.code),
        }
    )


async def shown_alone(session: AsyncSession, unit: Organization, on: date) -> UnitView:
    """One unit as it was on a day."""
    return shown(unit, await queries.told(session, [unit], on), on)


@router.get("", act="unit.read")
async def browse(
    session: Session,
    paging: Paged,
    q: Words = None,
    body: District = None,
    kind: UnitKind | None = None,
    under: Annotated[UnitCode | None, Query(description="all that stand below it")] = None,
    on: OnDay = None,
) -> Page[UnitView]:
    """Units of the administration; found by every name they have or had, and by their kind's."""
    day = on or today()
    found = await queries.listed(session, paging, on=day, body=body, kind=kind, under=under, q=q)
    told = await queries.told(session, found.records, day)
    return found.shown(lambda unit: shown(unit, told, day))


@router.get("/tree", act="unit.read")
async def tree(session: Session, body: District = None, on: OnDay = None) -> TreeView:
    """Who is above whom on a day."""
    day = on or today()
    nodes = rules.tree(await queries.standings(session, body, day))
    return TreeView.model_validate({"on": day, "units": nodes}, from_attributes=True)


@router.get("/designations", act="unit.read")
async def designations(
    session: Session, paging: Paged, q: Words = None, about: DesignationOf | None = None
) -> Page[DesignationView]:
    """What the kinds of units and the levels of seniority are called."""
    found = await queries.designations(session, paging, about=about, q=q)
    return found.shown(DesignationView.model_validate)


@router.get("/{code}", act="unit.read")
async def read(session: Session, code: UnitCode, on: OnDay = None) -> UnitView:
    """A unit on a day: its name, who is above and below it, how it is reached."""
    return await shown_alone(session, await queries.one(session, code), on or today())


@router.post("", act="unit.enter")
async def enter(session: Session, caller: CurrentCaller, draft: UnitDraft) -> UnitView:
    """Enter a unit of one's own district into the tree."""
    unit = await actions.enter(session, caller, draft)
    return await shown_alone(session, unit, today())


@router.post("/{code}/names", act="unit.rename")
async def rename(
    session: Session, caller: CurrentCaller, code: UnitCode, draft: NamingDraft
) -> UnitView:
    """Give a unit another name since a day; it goes on being found under the former ones."""
    unit = await actions.rename(session, caller, code, draft)
    return await shown_alone(session, unit, today())


@router.post("/{code}/attachments", act="unit.attach")
async def attach(
    session: Session, caller: CurrentCaller, code: UnitCode, draft: AttachmentDraft
) -> UnitView:
    """Put a unit below another from a day on. Who was above it before is kept; no right changes."""
    unit = await actions.attach(session, caller, code, draft)
    return await shown_alone(session, unit, today())


@router.post("/{code}/contact", act="unit.state_contact")
async def state_contact(
    session: Session, caller: CurrentCaller, code: UnitCode, draft: ContactDraft
) -> ContactView:
    """Say how one's own unit is reached; the newest statement counts."""
    return ContactView.model_validate(await actions.state_contact(session, caller, code, draft))
