"""What can be done with units: load, prove the relation, apply the rule, change, note."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.units import queries, rules
from services.registry.units.model import Attachment, Contact, Designation, Naming, Organization
from services.registry.units.schema import (
    AliasDraft,
    AttachmentDraft,
    ContactDraft,
    DesignationDraft,
    NamingDraft,
    UnitDraft,
)
from shared import journal
from shared.access import Caller
from shared.database import take_turns
from shared.names import folded
from shared.rows import Visibility

OTHER_TABLES = {"name", "aliases", "parent", "since"}


async def enter(session: AsyncSession, caller: Caller, draft: UnitDraft) -> Organization:
    """Enter a unit of one's own district with its names, and below whom it stands."""
    await _tree_in_turn(session, caller)
    unit = Organization(
        unit=caller.unit,
        visibility=Visibility.PUBLIC,
        body=_district(caller.unit),
        **draft.model_dump(exclude=OTHER_TABLES),
    )
    caller.must_own(unit)
    rules.of_own_district(unit.code, unit.body)
    if await queries.known(session, unit.code):
        raise rules.CodeTaken(code=unit.code)
    session.add(unit)
    await journal.note(session, caller, unit)
    official = _naming(unit, AliasDraft(name=draft.name), official=True)
    await _say(session, caller, official, *(_naming(unit, alias) for alias in draft.aliases))
    if draft.parent:
        await _hang(session, caller, unit, draft.parent, rules.Period(draft.since, None))
    return unit


async def rename(
    session: AsyncSession, caller: Caller, code: str, draft: NamingDraft
) -> Organization:
    """Give a unit a name since a day; the official one before it goes on being found."""
    await _tree_in_turn(session, caller)
    unit = await queries.one(session, code)
    caller.must_own(unit)
    if draft.official:
        namings = (await queries.told(session, [unit], draft.since)).namings[code]
        rules.is_another_name(code, namings, draft.name, draft.since)
    alias = AliasDraft(name=draft.name, since=draft.since)
    await _say(session, caller, _naming(unit, alias, official=draft.official))
    return unit


async def add_alias(
    session: AsyncSession, caller: Caller, code: str, alias: AliasDraft
) -> Organization:
    """Let a unit be found by another name, of whatever time."""
    unit = await queries.one(session, code)
    caller.must_own(unit)
    await _say(session, caller, _naming(unit, alias))
    return unit


async def attach(
    session: AsyncSession, caller: Caller, code: str, draft: AttachmentDraft
) -> Organization:
    """Put a unit below another from a day on; who was above it before is kept."""
    await _tree_in_turn(session, caller)
    unit = await queries.one(session, code)
    caller.must_own(unit)
    await _hang(session, caller, unit, draft.parent, rules.Period(draft.since, draft.until))
    return unit


async def state_contact(
    session: AsyncSession, caller: Caller, code: str, draft: ContactDraft
) -> Contact:
    """Say how one's own unit is reached."""
    unit = await queries.one(session, code)
    contact = Contact(unit=unit.code, visibility=Visibility.PUBLIC, **draft.model_dump())
    caller.must_own(contact)
    session.add(contact)
    await journal.note(session, caller, contact)
    return contact


async def designate(
    session: AsyncSession, caller: Caller, draft: DesignationDraft
) -> Sequence[Designation]:
    """Say what a class of units or a level of seniority is called."""
    names = [
        Designation(
            unit=caller.unit,
            visibility=Visibility.PUBLIC,
            code=draft.code,
            about=draft.about,
            name=name,
            folded=folded(name),
            official=name == draft.name,
        )
        for name in (draft.name, *draft.aliases)
    ]
    for each in names:
        caller.must_own(each)
    session.add_all(names)
    await journal.note(session, caller, *names)
    return names


async def _tree_in_turn(session: AsyncSession, caller: Caller) -> None:
    """Two attachments that each are in no circle can be in one together."""
    await take_turns(session, f"units/{_district(caller.unit)}")


async def _say(session: AsyncSession, caller: Caller, *namings: Naming) -> None:
    session.add_all(namings)
    await journal.note(session, caller, *namings)


async def _hang(
    session: AsyncSession,
    caller: Caller,
    unit: Organization,
    parent: str | None,
    new: rules.Period,
) -> None:
    """End what the new attachment takes the place of, and make it if it breaks no rule."""
    if parent is not None:
        rules.of_own_district(parent, unit.body)
        if await queries.known(session, parent) is None:
            raise rules.ParentUnknown(code=parent)
    edges = await queries.edges(session, unit.body)
    rules.keeps_together(edges, await queries.coordination(session, unit.body), unit.code, parent)
    own = [edge for edge in edges if edge.code == unit.code]
    await _end(session, caller, rules.predecessor(own, new), new.since)
    if parent is None:
        return
    rules.is_below_one_at_a_time(own, new)
    rules.goes_in_no_circle(edges, unit.code, parent, new)
    attachment = Attachment(
        unit=unit.unit,
        visibility=Visibility.PUBLIC,
        code=unit.code,
        parent=parent,
        since=new.since,
        until=new.until,
    )
    session.add(attachment)
    await journal.note(session, caller, attachment)


async def _end(
    session: AsyncSession, caller: Caller, attachment: Attachment | None, on: date | None
) -> None:
    """Flushed before its successor is added, or both would be in force for a moment."""
    if attachment is None:
        return
    attachment.until = on
    await journal.note(session, caller, attachment)


def _naming(unit: Organization, alias: AliasDraft, *, official: bool = False) -> Naming:
    return Naming(
        unit=unit.unit,
        visibility=Visibility.PUBLIC,
        code=unit.code,
        folded=folded(alias.name),
        official=official,
        **alias.model_dump(),
    )


def _district(unit: str) -> str:
    return unit.partition(".")[0]
