"""Databases migrated for real, and the whole house on transactions that never last."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from deploy.local.postgres import Cluster
from deploy.migrations import FOLDERS, upgrade
from shared.database import BOUNDS, Sessions, engine_on, sessions_on
from shared.observing import log_as_json
from tests.house import House
from tests.runs import IS_WORKER, RUN, WORKER, alone, is_over, present

ROOT = Path(__file__).parent.parent
PARTS = tuple(FOLDERS)
LOCAL = ROOT / ".local"
# One for each worker: whatever waits for all transactions to be over would wait for the others'.
CLUSTER = Cluster(LOCAL / f"test{WORKER}", durable=False)
RUNS = LOCAL / "test.runs"
Databases = dict[str, str]
# A busy machine is no fault of a rule.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
log_as_json()  # as in production; the console's own way of showing errors takes a second each


def pytest_configure(config: pytest.Config) -> None:
    """Be here; whoever is the last to leave stops PostgreSQL, and never a worker."""
    if IS_WORKER:
        return
    here = ExitStack()
    here.enter_context(present(RUNS))

    def leave() -> None:
        here.close()
        with alone(RUNS) as last:
            for folder in LOCAL.glob("test*/") if last else ():
                Cluster(folder, durable=False).down()

    config.add_cleanup(leave)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for a started platform stays on one worker, so that it is started once."""
    for item in items:
        if "platform" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(str(item.path.parent)))


def url(database: str, role: str) -> str:
    return CLUSTER.url(database, role)


def login(database: str, role: str, **more: Any) -> psycopg.Connection:
    """A plain connection under a role."""
    host = make_url(url(database, role)).query["host"]
    return psycopg.connect(host=str(host), user=role, dbname=database, **more)


def admin(database: str = "postgres") -> psycopg.Connection:
    """A superuser, whom no row policy binds: the tests' eyes, never the code's."""
    return login(database, "postgres", autocommit=True)


@contextmanager
def in_turn(matter: str) -> Iterator[psycopg.Connection]:
    """A superuser's connection, one worker after the other."""
    with admin() as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [matter])
        yield connection


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """PostgreSQL for the tests, started by whoever needs it first; no database is of a past run."""
    CLUSTER.up()
    with in_turn("provision") as connection:
        CLUSTER.provision()
        left = connection.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'test\_%'")
        for (name,) in left.fetchall():
            if is_over(name.split("_")[1]):
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    return CLUSTER


def migrated(part: str) -> str:
    """A part's database, brought up to date by its real migrations under its owner's role.

    It is made once in a run, to be copied: nobody connects to it, which would forbid a copy.
    """
    name = f"test_{RUN}_{part}"
    with in_turn(name) as connection:
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            half = f"{name}_half"
            connection.execute(f"DROP DATABASE IF EXISTS {half} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {half} OWNER {part}_owner TEMPLATE template0")
            CLUSTER.extend(half)
            upgrade(part, url(half, f"{part}_owner"))
            connection.execute(f"ALTER DATABASE {half} RENAME TO {name}")
    return name


@contextmanager
def a_database(part: str) -> Iterator[str]:
    """A part's database that is gone afterwards, whatever happens."""
    name = f"test_{RUN}_{part}_{uuid4().hex[:8]}"
    with admin() as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER {part}_owner TEMPLATE {migrated(part)}")
        try:
            yield name
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> Iterator[Callable[[str], str]]:
    """A part's database for tests that leave no trace, one for all of them in a process."""
    made: Databases = {}
    with ExitStack() as stack:

        def of(part: str) -> str:
            if part not in made:
                made[part] = stack.enter_context(a_database(part))
            return made[part]

        yield of


@pytest.fixture
def own_database(cluster: Cluster) -> Iterator[Callable[[str], str]]:
    """Copies for tests that commit: of locks, of row policies, of crashes."""
    made: Databases = {}
    with ExitStack() as stack:

        def of(part: str) -> str:
            if part not in made:
                made[part] = stack.enter_context(a_database(part))
            return made[part]

        yield of


@pytest.fixture
async def own_engine(
    own_database: Callable[[str], str],
) -> AsyncIterator[Callable[[str], AsyncEngine]]:
    """Such a copy as the service sees it, with one connection to the pool."""
    made: dict[str, AsyncEngine] = {}

    def on(part: str) -> AsyncEngine:
        if part not in made:
            address = url(own_database(part), f"{part}_service")
            made[part] = engine_on(address, pool_size=1, max_overflow=0)
        return made[part]

    yield on
    for engine in made.values():
        await engine.dispose()


@pytest.fixture(scope="session")
def engines(template: Callable[[str], str]) -> dict[str, AsyncEngine]:
    """What is known of each part's statements; no connection outlives the test's event loop."""
    return {
        part: create_async_engine(
            url(template(part), f"{part}_service"),
            poolclass=NullPool,
            connect_args={"options": BOUNDS},
        )
        for part in PARTS
    }


@pytest.fixture
def own_sessions(
    own_engine: Callable[[str], AsyncEngine],
) -> Callable[[str], dict[str, Sessions]]:
    """Sessions on such a copy, and on the gateway's: no change passes that it cannot keep."""
    return lambda part: {each: sessions_on(own_engine(each)) for each in (part, "gateway")}


@pytest.fixture
async def connections(engines: dict[str, AsyncEngine]) -> AsyncIterator[dict[str, AsyncConnection]]:
    """A connection to each part's database in a transaction that is rolled back."""
    async with AsyncExitStack() as stack:
        made = {}
        for part, engine in engines.items():
            made[part] = await stack.enter_async_context(engine.connect())
            outermost = await made[part].begin()
            stack.push_async_callback(outermost.rollback)
        yield made


@asynccontextmanager
async def undone(connections: dict[str, AsyncConnection]) -> AsyncIterator[None]:
    """Whatever happens within leaves no trace."""
    async with AsyncExitStack() as stack:
        for connection in connections.values():
            savepoint = await connection.begin_nested()
            stack.push_async_callback(savepoint.rollback)
        yield


@pytest.fixture
async def sessions(connections: dict[str, AsyncConnection]) -> dict[str, Sessions]:
    """For each part sessions whose commits are savepoints of that transaction."""
    return {
        part: sessions_on(connection, join_transaction_mode="create_savepoint")
        for part, connection in connections.items()
    }


@pytest.fixture
def house(sessions: dict[str, Sessions]) -> House:
    return House(sessions)
