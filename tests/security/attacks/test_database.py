"""D1 to D16: whoever gets as far as the database, or works behind the service's back."""

import asyncio
from collections.abc import Callable, Iterator
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from deploy.local.issuer import new_key
from services.registry.requests.model import Request
from shared.access import Caller
from shared.authority import PAGE, Hat, Relation, Role
from shared.clock import today
from shared.database import Sessions, engine_on, sessions_on, speaking, tell
from shared.tokens import internal_signer
from tests.conftest import PARTS, admin, login, url
from tests.house import COORDINATION, JUGENDAMT, SOZIALAMT, House
from tests.security.attacks.catalogue import RULES, broken

Own = Callable[[str], str]
WHO = text("SELECT caller_unit(), caller_is_staff()")
NOBODY = (None, False)


def asking(unit: str = COORDINATION.unit) -> Caller:
    return Caller("x", Hat(Role.LEAD, unit), PAGE["request.make"])


def a_row(unit: str) -> Request:
    return Request(unit=unit, addressee="06.jugendamt", question="?", wished_by=today())


async def who_speaks(engine: AsyncEngine) -> tuple[object, object]:
    """Who the next user of the pool's one connection would be taken for."""
    async with engine.connect() as connection:
        unit, staff = (await connection.execute(WHO)).one()
    return unit, staff


@pytest.fixture
def engine(own_engine: Callable[[str], AsyncEngine]) -> AsyncEngine:
    """The registry's, with one connection that everybody has in turn."""
    return own_engine("registry")


@pytest.fixture
def eyes(own_database: Own) -> Iterator[psycopg.Connection]:
    with admin(own_database("registry")) as connection:
        yield connection


@pytest.fixture
def sql(own_database: Own) -> Iterator[psycopg.Connection]:
    """Plain SQL under the service's role."""
    with login(own_database("registry"), "registry_service") as connection:
        yield connection
        connection.rollback()


async def test_d1_the_next_user_of_a_connection_is_nobody(engine: AsyncEngine) -> None:
    sessions = sessions_on(engine)
    async with speaking(sessions, asking()) as session:
        assert (await session.execute(WHO)).one() == (COORDINATION.unit, True)
    assert await who_speaks(engine) == NOBODY

    with pytest.raises(RuntimeError):
        async with speaking(sessions, asking()):
            raise RuntimeError
    assert await who_speaks(engine) == NOBODY


async def test_d2_whenever_a_request_is_cut_off_nothing_of_it_stays(
    own_database: Own, eyes: psycopg.Connection
) -> None:
    address = url(own_database("registry"), "registry_service")
    engine = engine_on(address, pool_size=1, max_overflow=0)
    sessions = sessions_on(engine)

    written = asyncio.Event()

    async def write_and_never_end() -> None:
        async with speaking(sessions, asking()) as session:
            session.add(a_row(COORDINATION.unit))
            await session.flush()
            written.set()
            await asyncio.Event().wait()

    for moment in range(40):
        task = asyncio.create_task(write_and_never_end())
        # As many turns of the loop as it takes to be a little further each time.
        for _ in range(moment):
            await asyncio.sleep(0)
        if moment == 39:
            await asyncio.wait_for(written.wait(), 60)
        task.cancel()
        assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], BaseException)
        assert await who_speaks(engine) == NOBODY

    await engine.dispose()
    assert eyes.execute("SELECT count(*) FROM request").fetchone() == (0,)


async def test_d3_a_second_transaction_does_not_go_on_in_the_callers_name(
    engine: AsyncEngine,
) -> None:
    async with sessions_on(engine)() as session:
        async with session.begin():
            await tell(session, asking())
            session.add(a_row(COORDINATION.unit))
        seen = await session.scalar(text("SELECT count(*) FROM request WHERE question = '?'"))
        await session.rollback()
        session.add(a_row(COORDINATION.unit))
        with pytest.raises(ProgrammingError, match="row-level security"):
            await session.flush()
        await session.rollback()
    assert seen == 0


async def test_d4_a_savepoint_that_is_rolled_back_leaves_the_caller(engine: AsyncEngine) -> None:
    async with speaking(sessions_on(engine), asking()) as session:
        inner = await session.begin_nested()
        await session.execute(text("SELECT set_config('kiez.unit', '06.sozialamt', true)"))
        await inner.rollback()
        assert (await session.execute(WHO)).one() == (COORDINATION.unit, True)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("rule", sorted(RULES))
def test_d5_to_d8_and_d13_no_door_beside_the_wall(template: Own, part: str, rule: str) -> None:
    with admin(template(part)) as eyes:
        assert broken(eyes, rule) == []


@pytest.mark.parametrize("rule", sorted(RULES))
def test_d5_to_d8_and_d13_such_a_door_would_be_seen(eyes: psycopg.Connection, rule: str) -> None:
    with eyes.transaction(force_rollback=True):
        eyes.execute(RULES[rule].door)
        assert broken(eyes, rule) == [RULES[rule].name]


@pytest.mark.parametrize(
    "statement",
    [
        "SET LOCAL row_security = off; SELECT * FROM request",
        "TRUNCATE request",
        "TRUNCATE journal",
        "COPY request FROM STDIN",
        "COPY request TO PROGRAM 'cat'",
        "COPY request TO '/tmp/request'",
        "SET ROLE registry_owner",
        "SET SESSION AUTHORIZATION postgres",
        "ALTER TABLE request NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY reads ON request",
        "CREATE OR REPLACE FUNCTION caller_unit() RETURNS text LANGUAGE sql AS $$ SELECT '' $$",
    ],
)
def test_d9_the_service_cannot_step_round_the_policies(
    sql: psycopg.Connection, statement: str
) -> None:
    with pytest.raises((InsufficientPrivilege, psycopg.errors.FeatureNotSupported)):
        sql.execute(statement)


async def test_d10_what_is_hidden_and_what_does_not_exist_are_answered_alike(house: House) -> None:
    hidden = await house.a_request("06.mine", "06.jugendamt", visibility="unit")

    def told(answer: httpx.Response) -> tuple[int, object]:
        return answer.status_code, answer.json()

    third = house.as_(SOZIALAMT)
    for way in ("", "/replies", "/withdrawal", "/reminders"):
        method, body = ("POST", {"outcome": "accepted"} if way == "/replies" else None)
        method = method if way else "GET"
        both = [
            told(await third.request(method, f"/requests/{each}{way}", json=body))
            for each in (hidden, uuid4())
        ]
        assert both[0] == both[1]
        assert both[0][0] in (403, 404)


def test_d10_keys_tell_a_service_nothing_about_rows_of_others(
    own_database: Own, eyes: psycopg.Connection
) -> None:
    """The foreign key carries the unit: a row addressed to others fails like none at all."""
    row = "INSERT INTO request VALUES (%s, '06.a', 'unit', '{}', now(), now(), '06.b', '?', '',"
    hidden = uuid4()
    eyes.execute(f"{row} '{{}}', '{{}}', now())", [hidden])
    said = set()
    for request in (hidden, uuid4()):
        with login(own_database("registry"), "registry_service") as sql:
            sql.execute("SELECT set_config('kiez.unit', '06.c', true)")
            with pytest.raises(psycopg.errors.ForeignKeyViolation) as error:
                sql.execute(
                    "INSERT INTO reply VALUES (gen_random_uuid(), '06.c', 'internal', '{}', now(),"
                    " now(), %s, 'accepted', '')",
                    [request],
                )
            said.add(str(error.value).replace(str(request), ""))
    assert len(said) == 1


@pytest.mark.parametrize(
    "unit",
    [
        "06.x', true), set_config('kiez.unit', '06.sozialamt",
        "06.x'; SET SESSION kiez.unit = '06.sozialamt'; --",
        "\\'; RESET ROLE; --",
        "$$06.sozialamt$$",
        "%s%(unit)s{unit}",
    ],
)
async def test_d11_a_unit_is_told_as_a_word_whatever_is_in_it(
    engine: AsyncEngine, unit: str
) -> None:
    async with speaking(sessions_on(engine), asking(unit)) as session:
        assert (await session.execute(WHO)).scalar() == unit
    assert await who_speaks(engine) == NOBODY


async def test_d12_who_has_no_genuine_token_does_not_get_as_far_as_the_database(
    own_database: Own,
) -> None:
    """The context carries no signature: only a service that verified a token can set it."""
    engine = engine_on(url(own_database("registry"), "registry_service"))
    house = House({"registry": sessions_on(engine)})
    keys = {"forged": new_key()[0], "of another act": house.signing_key}
    acts = {"forged": "request.read", "of another act": "request.make"}
    transport = httpx.ASGITransport(house.services["registry"])
    async with httpx.AsyncClient(transport=transport, base_url="http://registry") as client:
        for kind, key in keys.items():
            token = internal_signer(key).sign(
                "registry",
                "x",
                act=acts[kind],
                role="lead",
                unit="06.x",
                regions=(),
                relations=(),
                request_id="",
            )
            headers = {"authorization": f"Bearer {token}"}
            answer = await client.get("/registry/v1/requests", headers=headers)
            assert (kind, answer.status_code) == (kind, 401)
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedin() == 0, "no connection was ever opened"
    await engine.dispose()


def test_d14_statistics_of_hidden_rows_are_hidden(
    sql: psycopg.Connection, eyes: psycopg.Connection
) -> None:
    eyes.execute(
        "INSERT INTO request SELECT gen_random_uuid(), '06.a', 'unit', '{}', now(), now(), '06.b',"
        " 'secret', '', '{}', '{}', now() FROM generate_series(1, 50)"
    )
    eyes.execute("ANALYZE request")
    known = "SELECT count(*) > 0 FROM pg_stats WHERE tablename = 'request'"

    assert eyes.execute(known).fetchone() == (True,)
    assert sql.execute(known).fetchone() == (False,)
    with pytest.raises(InsufficientPrivilege):
        sql.execute("SELECT * FROM pg_statistic")


async def test_d15_a_change_that_reaches_no_row_is_never_a_success(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second wall is taken away; the third says nothing, and yet nobody is told `done`."""
    request = await house.a_request("06.mine", "06.jugendamt")

    def believe(caller: Caller, _: object) -> None:
        caller.owes.discard(Relation.OWN_UNIT)

    monkeypatch.setattr(Caller, "must_own", believe)
    answer = await house.as_(JUGENDAMT).post(f"/requests/{request}/withdrawal")
    monkeypatch.undo()

    shown = (await house.as_().get(f"/requests/{request}")).json()
    assert answer.status_code >= 400
    assert shown["standing"] == "open"


async def test_d16_a_connection_keeps_nothing_that_another_transaction_could_need(
    engine: AsyncEngine, sessions: dict[str, Sessions]
) -> None:
    """What PgBouncer in transaction mode presupposes: no state but prepared statements."""
    house = House({"registry": sessions_on(engine), "gateway": sessions["gateway"]})
    request = await house.a_request("06.spk", "06.jugendamt")
    await house.as_().get("/events")
    await house.a_reply(request, "06.jugendamt")

    async with engine.connect() as connection:
        kept = [
            (await connection.execute(text(question))).all()
            for question in (
                "SELECT name FROM pg_settings WHERE source = 'session'",
                "SELECT 1 WHERE nullif(current_setting('kiez.unit', true), '') IS NOT NULL",
                "SELECT pg_listening_channels()",
                "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
                "SELECT relname FROM pg_class WHERE relpersistence = 't'",
            )
        ]
    assert kept == [[], [], [], [], []]
