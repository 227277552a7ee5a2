"""What can be done with districts: the seed enters them; nobody else does."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.bodies.model import Body, CoordinationSeat
from services.registry.bodies.schema import BodyDraft, CoordinationSeatDraft
from shared import journal
from shared.access import Caller
from shared.names import folded
from shared.rows import Visibility


async def enter(session: AsyncSession, caller: Caller, draft: BodyDraft) -> Body:
    """Enter a district with all of its names."""
    names = [draft.name, *draft.aliases]
    body = Body(
        unit=caller.unit,
        visibility=Visibility.PUBLIC,
        folded="\n".join(folded(name) for name in names),
        **draft.model_dump(),
    )
    caller.must_own(body)
    session.add(body)
    await journal.note(session, caller, body)
    return body


async def state_seat(
    session: AsyncSession, caller: Caller, key: str, draft: CoordinationSeatDraft
) -> CoordinationSeat:
    """Say where a district attaches its OE SPK, as the caller's unit knows it."""
    seat = CoordinationSeat(
        unit=caller.unit, visibility=Visibility.PUBLIC, body=key, **draft.model_dump()
    )
    caller.must_own(seat)
    session.add(seat)
    await journal.note(session, caller, seat)
    return seat
