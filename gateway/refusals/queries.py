"""Every SQL statement about refusals."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from gateway.refusals.model import Refusal
from shared.paging import Found, Paging, one_page


async def newest(
    session: AsyncSession, paging: Paging, *, asking: str | None, act: str | None
) -> Found[Refusal]:
    """The latest refusals first, of one unit or one act if asked for."""
    statement = select(Refusal)
    if asking:
        statement = statement.where(col(Refusal.asking) == asking)
    if act:
        statement = statement.where(col(Refusal.act) == act)
    return await one_page(session, Refusal, paging, statement)
