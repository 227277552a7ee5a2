"""HTTP for districts: parse, call, answer."""

from typing import Annotated

from fastapi import Query

from services.registry.bodies import queries
from services.registry.bodies.model import Body, CoordinationSeat
from services.registry.bodies.schema import BodyKey, BodyView
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter
from shared.wire import Line

router = SliceRouter("bodies")


def shown(body: Body, seats: list[CoordinationSeat]) -> BodyView:
    """A district with what is said about its OE SPK."""
    said = [seat.model_dump() for seat in seats]
    return BodyView.model_validate(body.model_dump() | {"coordination_seats": said})


@router.get("", act="body.read")
async def browse(
    session: Session,
    paging: Paged,
    q: Annotated[Line | None, Query(description="a name, also roughly spelled")] = None,
) -> Page[BodyView]:
    """The districts of Berlin, and where each attaches its OE SPK."""
    found = await queries.listed(session, paging, q=q)
    seats = await queries.coordination_seats(session, found.records)
    return found.shown(lambda body: shown(body, seats[body.key]))


@router.get("/{key}", act="body.read")
async def read(session: Session, key: BodyKey) -> BodyView:
    """A district, and where it attaches its OE SPK."""
    body = await queries.one(session, key)
    return shown(body, (await queries.coordination_seats(session, [body]))[key])
