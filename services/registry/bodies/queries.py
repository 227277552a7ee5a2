"""Every SQL statement about districts."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.registry.bodies.model import Body, CoordinationSeat
from shared.lookup import among, one_with
from shared.names import best_first, resemblance, resembles
from shared.paging import Found, Paging, one_page
from shared.problems import NotFound


async def known(session: AsyncSession, key: str) -> Body | None:
    """The district with this key, if it is entered."""
    return await one_with(session, Body, col(Body.key), key)


async def one(session: AsyncSession, key: str) -> Body:
    """The district with this key."""
    body = await known(session, key)
    if body is None:
        raise NotFound
    return body


async def listed(session: AsyncSession, paging: Paging, *, q: str | None) -> Found[Body]:
    """The districts, or those one of whose names resembles `q`, the best first."""
    statement = select(Body)
    if q is None:
        return await one_page(session, Body, paging, statement)
    statement = statement.where(resembles(col(Body.folded), q))
    return await best_first(session, Body, paging, statement, resemblance(col(Body.folded), q))


async def coordination_seats(
    session: AsyncSession, bodies: Sequence[Body]
) -> dict[str, list[CoordinationSeat]]:
    """Where these districts attach their OE SPK, the oldest statement first."""
    statement = (
        select(CoordinationSeat)
        .where(among(col(CoordinationSeat.body), [body.key for body in bodies]))
        .order_by(col(CoordinationSeat.as_of), col(CoordinationSeat.id))
    )
    said: dict[str, list[CoordinationSeat]] = defaultdict(list)
    for seat in await session.scalars(statement):
        said[seat.body].append(seat)
    return said
