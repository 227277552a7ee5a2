"""The head of a journal changes with every commit, seen or unseen, and tells nothing else."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database import sessions_on
from tests.conftest import login
from tests.house import House
from tests.shared.test_events import NOTED


@pytest.fixture
def speakers(own_database: Callable[[str], str]) -> Callable[[], psycopg.Connection]:
    """Connections under the service's role on which a unit speaks in its transaction."""

    def speaking() -> psycopg.Connection:
        connection = login(own_database("registry"), "registry_service")
        connection.execute("SELECT set_config('kiez.unit', '06.x', true)")
        return connection

    return speaking


def head(connection: psycopg.Connection) -> str:
    found = connection.execute("SELECT journal_head()").fetchone()
    assert found
    return str(found[0])


def test_it_misses_nothing_that_commits_in_another_order_than_it_was_numbered(
    speakers: Callable[[], psycopg.Connection],
) -> None:
    with speakers() as early, speakers() as late, speakers() as reader:
        reader.rollback()
        reader.autocommit = True
        seen = [head(reader)]
        early.execute(NOTED, ["early.number"])
        late.execute(NOTED, ["late.number"])
        seen.append(head(reader))
        late.commit()
        seen.append(head(reader))
        early.commit()
        seen.append(head(reader))
        seen.append(head(reader))

    assert seen[0] == seen[1], "nothing was committed yet"
    assert len({*seen[1:4]}) == 3, "each commit is another head"
    assert seen[3] == seen[4], "without a commit it stays"


async def test_what_the_public_may_not_read_changes_it_too(
    own_engine: Callable[[str], AsyncEngine],
) -> None:
    parts = ("registry", "gateway")
    house = House({part: sessions_on(own_engine(part)) for part in parts})
    public = house.as_()

    before = (await public.get("/events/head")).json()
    await house.a_request("06.spk", "06.jugendamt", visibility="unit")
    after = (await public.get("/events/head")).json()

    assert (await public.get("/events")).json()["events"] == []
    assert before.keys() == after.keys() == {"head"}
    assert before != after
    assert all(len(each["head"]) == 32 for each in (before, after))


@pytest.mark.parametrize("part", ["registry", "datahub", "participation"])
def test_nobody_but_the_service_may_ask_the_database(
    template: Callable[[str], str], part: str
) -> None:
    with login(template(part), f"{part}_service") as connection:
        rights = connection.execute(
            """SELECT proacl::text, prosecdef, proconfig, pg_get_userbyid(proowner)
               FROM pg_proc WHERE proname = 'journal_head'"""
        ).fetchall()
    owner, service = f"{part}_owner", f"{part}_service"
    assert rights == [
        (
            f"{{{owner}=X/{owner},{service}=X/{owner}}}",
            True,
            ["search_path=pg_catalog, pg_temp"],
            owner,
        )
    ]
