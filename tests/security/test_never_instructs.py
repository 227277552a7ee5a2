"""Whatever the coordination tries, in whatever order: no word of another unit changes."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from gateway.contracts import Operation, committed
from shared.authority import COORDINATION, Hat
from shared.database import BOUNDS, sessions_on
from tests.conftest import PARTS, admin, url
from tests.house import House
from tests.security.scenes import MINE, REGION, Cast, scene_of

WORDS = """SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'
    AND column_name = 'unit' AND table_name NOT IN ('idempotency', 'journal') ORDER BY 1"""


class Coordination(RuleBasedStateMachine):
    """Coordination hats that try everything the contracts offer, on own and foreign records."""

    def __init__(self, databases: Mapping[str, str]) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.engines = {
            part: create_async_engine(
                url(name, f"{part}_service"), poolclass=NullPool, connect_args={"options": BOUNDS}
            )
            for part, name in databases.items()
        }
        self.eyes: dict[str, psycopg.Connection] = {
            part: admin(name) for part, name in databases.items()
        }
        self.tables = {
            part: [name for (name,) in eyes.execute(WORDS).fetchall()]
            for part, eyes in self.eyes.items()
        }
        self.house = House({part: sessions_on(engine) for part, engine in self.engines.items()})

    @rule(
        role=st.sampled_from(sorted(COORDINATION)),
        operation=st.sampled_from(committed()),
        own=st.booleans(),
    )
    def tries(self, role: Any, operation: Operation, own: bool) -> None:
        """One act of one hat; afterwards everybody else's words are what they were."""
        cast = Cast(self.house, Hat(role, MINE, (REGION,)), own)
        scene = self.loop.run(scene_of(operation, cast))
        before = self.words_of_others()

        answer = self.loop.run(
            cast.me().request(operation.method, scene.path, json=scene.body, headers=scene.headers)
        )

        event(f"{operation.act.id} {answer.status_code}")
        assert answer.status_code < 500, answer.text
        assert self.words_of_others() == before

    def words_of_others(self) -> list[Any]:
        """Every row that is not the coordination's, as text; the gateway's own aside."""
        return [
            self.eyes[part]
            .execute(f'SELECT t::text FROM "{table}" t WHERE unit <> %s ORDER BY id', [MINE])
            .fetchall()
            for part, tables in self.tables.items()
            for table in tables
            if part != "gateway"
        ]

    def teardown(self) -> None:
        """Forget this game."""
        for engine in self.engines.values():
            self.loop.run(engine.dispose())
        self.loop.close()
        for part, eyes in self.eyes.items():
            for table in self.tables[part]:
                eyes.execute(f'TRUNCATE "{table}" CASCADE')
            eyes.close()


def test_no_row_of_another_unit_ever_changes(own_database: Callable[[str], str]) -> None:
    databases = {part: own_database(part) for part in PARTS}
    run_state_machine_as_test(
        lambda: Coordination(databases),  # type: ignore[arg-type]  # wants a class
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
