"""Every SQL statement about answers. Row policies decide what each finds."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.participation.answers.model import Answer, AnswerVersion, Summary
from shared.lookup import among, with_id
from shared.paging import Found, Paging, one_page
from shared.problems import NotFound


async def one(session: AsyncSession, answer_id: UUID) -> Answer:
    """The answer with this id."""
    answer = await with_id(session, Answer, answer_id)
    if answer is None:
        raise NotFound
    return answer


async def of_unit(session: AsyncSession, item_id: UUID, unit: str) -> Answer | None:
    """A unit's answer to an item, if it has begun one."""
    answer: Answer | None = await session.scalar(
        select(Answer).where(col(Answer.item_id) == item_id, col(Answer.unit) == unit)
    )
    return answer


async def newest(session: AsyncSession, paging: Paging, item_id: UUID) -> Found[Answer]:
    """The answers to an item."""
    statement = select(Answer).where(col(Answer.item_id) == item_id)
    return await one_page(session, Answer, paging, statement)


async def versions(
    session: AsyncSession, answers: Sequence[Answer]
) -> dict[UUID, list[AnswerVersion]]:
    """The versions of each of these answers that may be read, the newest first."""
    statement = (
        select(AnswerVersion)
        .where(among(col(AnswerVersion.answer_id), [answer.id for answer in answers]))
        .order_by(col(AnswerVersion.number).desc())
    )
    written: dict[UUID, list[AnswerVersion]] = defaultdict(list)
    for version in await session.scalars(statement):
        written[version.answer_id].append(version)
    return written


async def summaries(session: AsyncSession, item_id: UUID) -> list[Summary]:
    """What the coordination summed up about an item, the newest first."""
    statement = select(Summary).where(col(Summary.item_id) == item_id)
    return list(await session.scalars(statement.order_by(col(Summary.id).desc())))
