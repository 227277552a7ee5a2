"""Behind the service's back: plain SQL under the service's own role."""

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import (
    CheckViolation,
    ForeignKeyViolation,
    InsufficientPrivilege,
)
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from services.registry.requests import queries
from shared.access import Caller
from shared.authority import PAGE
from shared.database import Sessions, tell
from tests.conftest import admin, login
from tests.house import COORDINATION, House

ASKED = """INSERT INTO request VALUES
    (%s, %s, %s, '{}', now(), now(), '06.jugendamt', '?', '', '{}', '{}', now())"""
REPLIED = "INSERT INTO reply VALUES (%s, %s, 'internal', '{}', now(), now(), %s, 'accepted', '')"


@pytest.fixture
def database(own_database: Callable[[str], str]) -> str:
    return own_database("registry")


@pytest.fixture
def sql(database: str) -> Iterator[psycopg.Connection]:
    with login(database, "registry_service") as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def theirs(database: str) -> UUID:
    """An internal request of the Sozialamt to the Jugendamt."""
    request = uuid4()
    with admin(database) as eyes:
        eyes.execute(ASKED, [request, "06.sozialamt", "internal"])
    return request


def speak_as(sql: psycopg.Connection, unit: str, staff: str = "yes") -> None:
    sql.execute(
        "SELECT set_config('kiez.unit', %s, true), set_config('kiez.staff', %s, true)",
        [unit, staff],
    )


def test_who_does_not_say_who_speaks_writes_nothing(sql: psycopg.Connection) -> None:
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        sql.execute(ASKED, [uuid4(), "06.spk", "internal"])


def test_who_does_not_say_who_speaks_reads_only_what_is_public(
    sql: psycopg.Connection, theirs: UUID
) -> None:
    assert sql.execute("SELECT * FROM request").fetchall() == []


def test_nobody_speaks_for_another_unit(sql: psycopg.Connection) -> None:
    speak_as(sql, "06.spk")
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        sql.execute(ASKED, [uuid4(), "06.sozialamt", "internal"])


def test_another_units_row_is_read_but_never_changed(sql: psycopg.Connection, theirs: UUID) -> None:
    speak_as(sql, "06.spk")

    assert len(sql.execute("SELECT * FROM request").fetchall()) == 1
    assert sql.execute("UPDATE request SET question = 'anders'").rowcount == 0


def test_nobody_gives_a_row_of_its_own_to_another_unit(sql: psycopg.Connection) -> None:
    speak_as(sql, "06.spk")
    sql.execute(ASKED, [uuid4(), "06.spk", "internal"])
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        sql.execute("UPDATE request SET unit = '06.sozialamt'")


def test_only_the_addressed_unit_replies(sql: psycopg.Connection, theirs: UUID) -> None:
    speak_as(sql, "06.spk")
    with pytest.raises(ForeignKeyViolation):
        sql.execute(REPLIED, [uuid4(), "06.spk", theirs])


def test_the_addressed_unit_replies(sql: psycopg.Connection, theirs: UUID) -> None:
    speak_as(sql, "06.jugendamt")
    assert sql.execute(REPLIED, [uuid4(), "06.jugendamt", theirs]).rowcount == 1


def test_a_unit_does_not_ask_itself(sql: psycopg.Connection) -> None:
    speak_as(sql, "06.jugendamt")
    with pytest.raises(CheckViolation):
        sql.execute(ASKED, [uuid4(), "06.jugendamt", "internal"])


def test_a_locking_read_does_not_find_what_it_may_not_change(
    sql: psycopg.Connection, theirs: UUID
) -> None:
    """Why `take_turns` takes an advisory lock."""
    speak_as(sql, "06.jugendamt")
    assert sql.execute("SELECT * FROM request FOR UPDATE").fetchall() == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM request",
        "TRUNCATE request",
        "DROP TABLE request",
        "ALTER TABLE request DISABLE ROW LEVEL SECURITY",
        "UPDATE journal SET act = 'x'",
        "DELETE FROM journal",
        "CREATE TABLE mine (x int)",
        "SET LOCAL row_security = off; SELECT * FROM request",
    ],
)
def test_the_service_has_no_other_right(sql: psycopg.Connection, statement: str) -> None:
    speak_as(sql, "06.spk")
    with pytest.raises(InsufficientPrivilege):
        sql.execute(statement)


def test_not_even_the_owner_changes_the_journal(database: str) -> None:
    with (
        admin(database) as eyes,
        pytest.raises(InsufficientPrivilege, match="append-only"),
    ):
        eyes.execute("UPDATE journal SET act = 'x'")


async def test_the_pool_does_not_remember_who_spoke(
    own_engine: Callable[[str], AsyncEngine],
    own_sessions: Callable[[str], dict[str, Sessions]],
) -> None:
    engine = own_engine("registry")
    await House(own_sessions("registry")).a_request("06.spk", "06.jugendamt")

    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT caller_unit()")) is None
        assert await connection.scalar(text("SELECT caller_is_staff()")) is False


async def test_a_change_that_reaches_no_row_is_an_error(
    own_engine: Callable[[str], AsyncEngine], theirs: UUID
) -> None:
    """PostgreSQL says nothing when a policy hides the row; SQLAlchemy counts."""
    caller = Caller("x", COORDINATION, PAGE["request.withdraw"])
    async with AsyncSession(own_engine("registry")) as session:
        await tell(session, caller)
        (await queries.one(session, theirs)).question = "anders"
        with pytest.raises(StaleDataError):
            await session.commit()
