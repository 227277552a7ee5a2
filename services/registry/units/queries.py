"""Every SQL statement about units."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.units.model import (
    Attachment,
    Contact,
    Designation,
    Naming,
    Organization,
    UnitKind,
)
from services.registry.units.rules import Standing
from services.registry.units.schema import DesignationOf
from shared.lookup import among, one_with
from shared.names import best_first, resemblance, resembles
from shared.paging import Found, Paging, one_page
from shared.problems import NotFound


@dataclass(slots=True)
class Told:
    """What is said of some units, by their codes."""

    namings: dict[str, list[Naming]] = field(default_factory=lambda: defaultdict(list))
    attachments: dict[str, list[Attachment]] = field(default_factory=lambda: defaultdict(list))
    children: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    contacts: dict[str, Contact] = field(default_factory=dict)


def in_force(on: date) -> ColumnElement[bool]:
    """Whether an attachment holds on a day."""
    return func.daterange(col(Attachment.since), col(Attachment.until)).op("@>")(literal(on))


async def known(session: AsyncSession, code: str) -> Organization | None:
    """The unit with this code, if it is entered."""
    return await one_with(session, Organization, col(Organization.code), code)


async def one(session: AsyncSession, code: str) -> Organization:
    """The unit with this code."""
    unit = await known(session, code)
    if unit is None:
        raise NotFound
    return unit


async def listed(
    session: AsyncSession,
    paging: Paging,
    *,
    on: date,
    body: str | None = None,
    kind: UnitKind | None = None,
    under: str | None = None,
    q: str | None = None,
) -> Found[Organization]:
    """Units of a district, of a kind, below another on a day; those called like `q` best first."""
    statement = select(Organization)
    if body:
        statement = statement.where(col(Organization.body) == body)
    if kind:
        statement = statement.where(col(Organization.kind) == kind)
    if under:
        statement = statement.where(col(Organization.code).in_(_below(under, on)))
    if paging.modified_since:
        statement = statement.where(_modified(paging.modified_since))
        paging = replace(paging, modified_since=None)
    if q is None:
        return await one_page(session, Organization, paging, statement)
    hits = _named_like(q).subquery()
    statement = statement.join(hits, hits.c.code == col(Organization.code))
    return await best_first(session, Organization, paging, statement, hits.c.rank)


def _below(code: str, on: date) -> Select[Any]:
    """The codes of all that stand below a unit on a day."""
    first = select(col(Attachment.code)).where(col(Attachment.parent) == code, in_force(on))
    below = first.cte("below", recursive=True)
    further = select(col(Attachment.code)).join(below, col(Attachment.parent) == below.c.code)
    return select(below.union(further.where(in_force(on))).c.code)


def _modified(since: datetime) -> ColumnElement[bool]:
    """Whether anything that is said of a unit was said or changed since an instant."""
    code = col(Organization.code)
    return or_(
        col(Organization.modified_at) >= since,
        exists().where(col(Naming.code) == code, col(Naming.modified_at) >= since),
        exists().where(col(Attachment.code) == code, col(Attachment.modified_at) >= since),
        exists().where(col(Attachment.parent) == code, col(Attachment.modified_at) >= since),
        exists().where(col(Contact.unit) == code, col(Contact.modified_at) >= since),
    )


def _named_like(q: str) -> Select[Any]:
    """Codes and ranks of the units with such a name; those whose kind has it come after them."""
    own: Any = select(
        col(Naming.code).label("code"), resemblance(col(Naming.folded), q).label("rank")
    ).where(resembles(col(Naming.folded), q))
    by_kind = (
        select(col(Organization.code), literal(0))
        .join(Designation, col(Designation.code) == col(Organization.kind))
        .where(col(Designation.about) == DesignationOf.KIND, resembles(col(Designation.folded), q))
    )
    hits = union_all(own, by_kind).subquery()
    return select(hits.c.code, func.max(hits.c.rank).label("rank")).group_by(hits.c.code)


async def told(session: AsyncSession, units: Sequence[Organization], on: date) -> Told:
    """The names, attachments and contacts of some units, and who is below them on a day."""
    codes = [unit.code for unit in units]
    said = Told()
    names = (
        select(Naming)
        .where(among(col(Naming.code), codes))
        .order_by(
            col(Naming.official).desc(), col(Naming.since).desc().nulls_last(), col(Naming.name)
        )
    )
    for naming in await session.scalars(names):
        said.namings[naming.code].append(naming)
    above = select(Attachment).where(among(col(Attachment.code), codes))
    for attachment in await session.scalars(above.order_by(col(Attachment.since).nulls_first())):
        said.attachments[attachment.code].append(attachment)
    below = select(Attachment).where(among(col(Attachment.parent), codes), in_force(on))
    for attachment in await session.scalars(below.order_by(col(Attachment.code))):
        said.children[attachment.parent].append(attachment.code)
    contacts = (
        select(Contact)
        .where(among(col(Contact.unit), codes))
        .ext(distinct_on(col(Contact.unit)))
        .order_by(col(Contact.unit), col(Contact.created_at).desc(), col(Contact.id).desc())
    )
    for contact in await session.scalars(contacts):
        said.contacts[contact.unit] = contact
    return said


async def edges(session: AsyncSession, body: str) -> list[Attachment]:
    """Every attachment of a district's units, of all times."""
    statement = select(Attachment).join(
        Organization, col(Organization.code) == col(Attachment.code)
    )
    return list(await session.scalars(statement.where(col(Organization.body) == body)))


async def coordination(session: AsyncSession, body: str) -> set[str]:
    """The codes of a district's coordination units: its OE SPK and the elements of it."""
    statement = select(col(Organization.code)).where(
        col(Organization.body) == body, col(Organization.kind) == UnitKind.COORDINATION
    )
    return set(await session.scalars(statement))


async def standings(session: AsyncSession, body: str | None, on: date) -> list[Standing]:
    """Every unit (of a district) with its name and its parent on a day, in one round trip."""
    name = (
        select(col(Naming.name))
        .where(
            col(Naming.code) == col(Organization.code),
            col(Naming.official),
            or_(col(Naming.since).is_(None), col(Naming.since) <= on),
        )
        .order_by(col(Naming.since).desc().nulls_last())
        .limit(1)
        .scalar_subquery()
    )
    statement = select(Organization, name, col(Attachment.parent)).outerjoin(
        Attachment, (col(Attachment.code) == col(Organization.code)) & in_force(on)
    )
    if body:
        statement = statement.where(col(Organization.body) == body)
    return [Standing(*row) for row in await session.execute(statement)]


async def designations(
    session: AsyncSession, paging: Paging, *, about: DesignationOf | None, q: str | None
) -> Found[Designation]:
    """General terms, of kinds or of levels; those like `q` best first."""
    statement = select(Designation)
    if about:
        statement = statement.where(col(Designation.about) == about)
    if q is None:
        return await one_page(session, Designation, paging, statement)
    statement = statement.where(resembles(col(Designation.folded), q))
    rank = resemblance(col(Designation.folded), q)
    return await best_first(session, Designation, paging, statement, rank)
