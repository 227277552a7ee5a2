"""Every SQL statement about the Senate's records and their reading."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.datahub.senate.model import FromSenate, SyncRequest, SyncRun
from services.datahub.senate.rules import AlreadyRunning
from shared.database import Sessions, take_turns
from shared.lookup import all_with, with_id
from shared.paging import Found, Paging, one_page
from shared.problems import NotFound

Kept = TypeVar("Kept", bound=FromSenate)


@asynccontextmanager
async def alone(sessions: Sessions, unit: str) -> AsyncIterator[None]:
    """Keep every other worker from reading the same system; AlreadyRunning where one does.

    The lock belongs to a connection: it is free at once when its worker is killed, and it stays
    over the transactions of the pages. Without a transaction of its own it waits as long as it has
    to, which the database would otherwise end.
    """
    key = func.hashtextextended(f"sync {unit}", 0)
    async with sessions() as session:
        connection = await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        if not await connection.scalar(select(func.pg_try_advisory_lock(key))):
            raise AlreadyRunning(unit)
        try:
            yield
        finally:
            if not connection.invalidated:
                await connection.scalar(select(func.pg_advisory_unlock(key)))


async def last_run(session: AsyncSession, unit: str, *, done: bool = False) -> SyncRun | None:
    """The latest run of a system; with `done` the latest that read all there was."""
    statement = select(SyncRun).where(col(SyncRun.unit) == unit)
    if done:
        statement = statement.where(
            col(SyncRun.finished_at).is_not(None), col(SyncRun.failure).is_(None)
        )
    return await session.scalar(statement.order_by(col(SyncRun.id).desc()).limit(1))


async def last_runs(session: AsyncSession) -> dict[str, SyncRun]:
    """The latest run of each system, by its unit."""
    statement = (
        select(SyncRun)
        .ext(distinct_on(col(SyncRun.unit)))
        .order_by(col(SyncRun.unit), col(SyncRun.id).desc())
    )
    return {run.unit: run for run in await session.scalars(statement)}


async def run(session: AsyncSession, run_id: UUID, *, in_turn: bool = False) -> SyncRun:
    """The run with this id; `in_turn` when it is to go on."""
    if in_turn:
        await take_turns(session, run_id)
    found = await with_id(session, SyncRun, run_id)
    if found is None:
        raise NotFound
    return found


async def runs(session: AsyncSession, paging: Paging, unit: str) -> Found[SyncRun]:
    """The runs of one system, the latest first."""
    return await one_page(
        session, SyncRun, paging, select(SyncRun).where(col(SyncRun.unit) == unit)
    )


async def request(session: AsyncSession, request_id: UUID) -> SyncRequest:
    """The request with this id."""
    found = await with_id(session, SyncRequest, request_id)
    if found is None:
        raise NotFound
    return found


async def run_for(session: AsyncSession, request_id: UUID) -> SyncRun | None:
    """The latest run that answers a request."""
    statement = (
        select(SyncRun)
        .where(col(SyncRun.request_id) == request_id)
        .order_by(col(SyncRun.id).desc())
        .limit(1)
    )
    return await session.scalar(statement)


async def known(session: AsyncSession, table: type[Kept], keys: Collection[str]) -> dict[str, Kept]:
    """What is kept of the records with these keys."""
    return {each.key: each for each in await all_with(session, table, col(table.key), keys)}


async def records(
    session: AsyncSession, table: type[Kept], paging: Paging, area: str | None, **equal: Any
) -> Found[Kept]:
    """What a system told of an area and all that lie in it; what is gone only to keep in step."""
    statement: Select[Any] = select(table)
    if area:
        statement = statement.where(col(table.area_key).startswith(area, autoescape=True))
    if not paging.modified_since:
        statement = statement.where(col(table.gone_at).is_(None))
    for name, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(table, name) == value)
    return await one_page(session, table, paging, statement)
