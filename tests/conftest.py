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

from deploy.local.postgres import Cluster
from deploy.migrations import FOLDERS, upgrade
from shared.database import BOUNDS, Sessions, engine_on, sessions_on
from shared.observing import log_as_json
from tests.house import House

ROOT = Path(__file__).parent.parent
PARTS = tuple(FOLDERS)
CLUSTER = Cluster(ROOT / ".local/test", durable=False)
Databases = dict[str, str]
# A busy machine is no fault of a rule.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
log_as_json()  # as in production; the console's own way of showing errors takes a second each


def url(database: str, role: str) -> str:
    return CLUSTER.url(database, role)


def login(database: str, role: str, **more: Any) -> psycopg.Connection:
    """A plain connection under a role."""
    host = make_url(url(database, role)).query["host"]
    return psycopg.connect(host=str(host), user=role, dbname=database, **more)


def admin(database: str = "postgres") -> psycopg.Connection:
    """A superuser, whom no row policy binds: the tests' eyes, never the code's."""
    return login(database, "postgres", autocommit=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL for the tests; it goes on running if it ran before."""
    started = CLUSTER.up()
    CLUSTER.provision()
    yield CLUSTER
    if started:
        CLUSTER.down()


@contextmanager
def a_database(part: str, options: str) -> Iterator[str]:
    """A database that is gone afterwards, whatever happens."""
    name = f"test_{part}_{uuid4().hex[:8]}"
    with admin() as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER {part}_owner {options}")
        try:
            yield name
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> Iterator[Callable[[str], str]]:
    """A part's database, brought up to date by its real migrations under its owner's role."""
    made: Databases = {}
    with ExitStack() as stack:

        def of(part: str) -> str:
            if part not in made:
                name = stack.enter_context(a_database(part, "TEMPLATE template0"))
                cluster.extend(name)
                upgrade(part, url(name, f"{part}_owner"))
                made[part] = name
            return made[part]

        yield of


@pytest.fixture
def own_database(template: Callable[[str], str]) -> Iterator[Callable[[str], str]]:
    """Copies for tests that commit: of locks, of row policies, of crashes."""
    made: Databases = {}
    with ExitStack() as stack:

        def of(part: str) -> str:
            if part not in made:
                options = f"TEMPLATE {template(part)}"
                made[part] = stack.enter_context(a_database(part, options))
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


@pytest.fixture
async def connections(
    template: Callable[[str], str],
) -> AsyncIterator[dict[str, AsyncConnection]]:
    """A connection to each part's database in a transaction that is rolled back."""
    async with AsyncExitStack() as stack:
        made = {}
        for part in PARTS:
            address = url(template(part), f"{part}_service")
            engine = create_async_engine(address, connect_args={"options": BOUNDS})
            stack.push_async_callback(engine.dispose)
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
