"""Every SQL statement about passages."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from gateway.passages.model import Passage
from shared.paging import Found, Paging, one_page


async def newest(
    session: AsyncSession, paging: Paging, *, acting: str | None, act: str | None
) -> Found[Passage]:
    """The latest passages first, of one unit or to one act if asked for."""
    statement = select(Passage)
    if acting:
        statement = statement.where(col(Passage.acting) == acting)
    if act:
        statement = statement.where(col(Passage.act) == act)
    return await one_page(session, Passage, paging, statement)
