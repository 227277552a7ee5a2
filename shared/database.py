"""One request is one transaction: it knows its caller from the first statement and commits once."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import psycopg
from fastapi import Depends, Request
from psycopg.sql import SQL
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from shared.access import Caller, CurrentCaller

Sessions = async_sessionmaker[AsyncSession]
# How a database that is away, or refuses, makes itself felt: `tell` goes by way of the driver.
TROUBLE = (SQLAlchemyError, psycopg.Error, OSError)

# `true` ends with the transaction. Session-wide it would leak to the pool's next user.
TELL = "SELECT set_config('kiez.unit', {unit}, true), set_config('kiez.staff', {staff}, true)"
DRIVER = "driver"
TOLD, BEGUN_AND_TOLD = SQL(TELL), SQL(f"BEGIN; {TELL}")

# A statement that hangs, or a lock nobody gives back, must not hold a connection for ever. Our
# statements are short: compiling them costs more than it saves (a second for a batch of points).
BOUNDS = (
    "-c jit=off -c statement_timeout=20s -c lock_timeout=5s "
    "-c idle_in_transaction_session_timeout=60s -c timezone=UTC -c search_path=public,jobs"
)


def engine_on(url: str, **more: Any) -> AsyncEngine:
    """A pool of connections; one that broke is noticed at its first use and all are renewed."""
    # With `autocommit` psycopg leaves it to us to begin: `tell` does that, in the same journey.
    arguments = {"connect_timeout": 3, "options": BOUNDS, "autocommit": True}
    pool = {"pool_size": 10, "max_overflow": 10, "pool_timeout": 5} | more
    # What was sent to us stands in the parameters, and an error's text ends up in a log.
    return create_async_engine(url, connect_args=arguments, hide_parameters=True, **pool)


async def tell(session: AsyncSession, caller: Caller) -> None:
    """Begin, and tell the database in whose name this transaction speaks; or nothing is written.

    One journey to the server, by the driver itself: every request begins so, and by way of
    SQLAlchemy it costs three times as much.
    """
    connection = await session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, psycopg.AsyncConnection)
    told = BEGUN_AND_TOLD if driver.autocommit else TOLD
    staff = "yes" if caller.hat.is_staff else ""
    try:
        await driver.execute(told.format(unit=caller.unit, staff=staff))
    except psycopg.Error:
        # A connection that broke while it was idle: SQLAlchemy has to see that for itself, or it
        # would not renew the others.
        await session.execute(text("SELECT 1"))
        raise
    session.info[DRIVER] = driver


def told_driver(session: AsyncSession) -> psycopg.AsyncConnection[Any]:
    """The driver's own connection, in the session's transaction and in its caller's name."""
    driver: psycopg.AsyncConnection[Any] = session.info[DRIVER]
    return driver


async def take_turns(session: AsyncSession, matter: UUID | str) -> None:
    """Wait until no other transaction works on `matter`.

    Not SELECT … FOR UPDATE: under row-level security that finds only rows one may update, so an
    addressee who locks the request that it answers would be told there is none.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(matter), 0))))


def sessions_on(bind: AsyncEngine | AsyncConnection, **more: Any) -> Sessions:
    """Sessions that are of no use once closed.

    A streamed answer outlives its request's session, which would quietly begin again without a
    caller and read only what is public. It opens one of its own: `async with speaking(…)`.
    """
    return async_sessionmaker(bind, expire_on_commit=False, close_resets_only=False, **more)


@asynccontextmanager
async def speaking(sessions: Sessions, caller: Caller) -> AsyncIterator[AsyncSession]:
    """A transaction in the caller's name; kept at the end if no proof is owed."""
    async with AsyncExitStack() as stack:
        session = await _begun(stack, sessions, caller)
        yield session
        caller.settle()
        await session.commit()


async def _begun(
    stack: AsyncExitStack, sessions: Sessions, caller: Caller, *, again: bool = True
) -> AsyncSession:
    """A session in which the caller has begun to speak.

    Nothing was done yet when a connection turns out to have broken while it was idle: then all are
    renewed, and it begins on another.
    """
    session = await stack.enter_async_context(sessions())
    try:
        await tell(session, caller)
    except DBAPIError as error:
        if not (again and error.connection_invalidated):
            raise
        await session.close()
        return await _begun(stack, sessions, caller, again=False)
    return session


async def request_session(request: Request, caller: CurrentCaller) -> AsyncIterator[AsyncSession]:
    """The transaction of one request."""
    async with speaking(request.app.state.sessions, caller) as session:
        yield session


# scope="function" commits before the answer leaves. With FastAPI's default the commit
# comes after it, and a caller may read "201 Created" for a row that was never kept.
Session = Annotated[AsyncSession, Depends(request_session, scope="function")]
