"""Every SQL statement about revocations. Row policies decide what each finds."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from gateway.revocations.model import Revocation
from shared.paging import Found, Paging, one_page


async def newest(
    session: AsyncSession, paging: Paging, *, subject: str | None
) -> Found[Revocation]:
    """The latest revocations first, of one subject if asked for."""
    statement = select(Revocation)
    if subject:
        statement = statement.where(col(Revocation.subject) == subject)
    return await one_page(session, Revocation, paging, statement)


async def since(session: AsyncSession, instant: datetime) -> Sequence[Revocation]:
    """All revocations that were entered after an instant."""
    statement = select(Revocation).where(col(Revocation.created_at) > instant)
    return (await session.scalars(statement)).all()
