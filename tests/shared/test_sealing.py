"""The chain of seals: whoever changes what is sealed is found out, whatever rights they have."""

import asyncio
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import UniqueViolation
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from shared.database import Sessions, engine_on, sessions_on
from shared.sealing import Sealed, seal, seal_all, sealing
from tests.conftest import admin, login, url
from tests.house import COORDINATION, House
from tests.shared.sealed import SEALED, WRITTEN, intact, sealed, verdict, write

# Whoever owns the machine owns the triggers; the chain is for them.
BLIND = "SET session_replication_role = replica"


@pytest.fixture
def database(own_database: Callable[[str], str]) -> str:
    return own_database("registry")


@pytest.fixture
def superuser(database: str) -> Iterator[psycopg.Connection]:
    """Who may do everything, and has put the triggers out of action."""
    with admin(database) as connection:
        connection.execute(BLIND)
        yield connection


async def test_what_was_done_is_sealed_piece_by_piece(
    database: str, own_sessions: Callable[[str], dict[str, Sessions]]
) -> None:
    parts = own_sessions("registry")
    house = House(parts)
    request = await house.a_request("06.spk", "06.jugendamt")
    await house.as_(COORDINATION).post(f"/requests/{request}/reminders")
    await house.a_reply(request, "06.jugendamt")

    first = await seal_all(parts["registry"], "registry", 2)
    again = await seal_all(parts["registry"], "registry", 2)

    assert first.entries == 3
    assert again == Sealed(0, first.head)
    found = intact(database)
    assert (found.entries, found.sealed, found.unsealed) == (3, 3, 0)
    assert found.head == first.head


TRICKS = {
    "edited": "UPDATE journal SET act = 'request.withdraw' WHERE seq = %s",
    "in another unit's name": "UPDATE journal SET unit = '06.y' WHERE seq = %s",
    "other owner": "UPDATE journal SET owner = '06.y' WHERE seq = %s",
    "other words": """UPDATE journal SET said = '{"wort": "anders"}' WHERE seq = %s""",
    "other person": "UPDATE journal SET subject = 'bert' WHERE seq = %s",
    "made readable": "UPDATE journal SET visibility = 'public' WHERE seq = %s",
    "other words with a digest to match": """UPDATE journal SET said = '{}', digest =
        sha256(salt || convert_to(jsonb_build_array(subject, '{}'::jsonb)::text, 'UTF8'))
        WHERE seq = %s""",
    "an instant later": "UPDATE journal SET at = at + interval '1 microsecond' WHERE seq = %s",
    "deleted": "DELETE FROM journal WHERE seq = %s",
    "twice": """INSERT INTO journal OVERRIDING SYSTEM VALUE
        SELECT 1000, xact, at, request_id, role, unit, act, resource_type, resource_id, said,
            visibility, shared_with, subject, owner, salt, digest FROM journal WHERE seq = %s""",
    "emptied without a note":
        "UPDATE journal SET said = NULL, subject = NULL, salt = NULL WHERE seq = %s",
    "seal forged": "UPDATE seal SET hash = sha256(hash) WHERE n = 1 + %s %% 3",
    "seal re-attached": "UPDATE seal SET previous = sha256(previous) WHERE n = 1 + %s %% 3",
    "seal gone": "DELETE FROM seal WHERE n = 1 + %s %% 2",
    "seal counts otherwise": "UPDATE seal SET entries = entries + 1 WHERE n = 1 + %s %% 3",
    "seal begins elsewhere": "UPDATE seal SET first_seq = first_seq + 1 WHERE n = 1 + %s %% 3",
    "first seals gone, with what they sealed": """WITH gone AS (
        DELETE FROM seal WHERE n = 1 AND %s > 0 RETURNING last_seq)
        DELETE FROM journal USING gone WHERE seq <= last_seq""",
}  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_whoever_changes_what_is_sealed_is_found_out(
    database: str, superuser: psycopg.Connection, trick: str
) -> None:
    write(database, 9)
    sealed(database, 3)
    intact(database)

    done = superuser.execute(TRICKS[trick].encode(), [5])

    assert done.rowcount > 0
    assert verdict(database).broken


def swap(superuser: psycopg.Connection, one: int, other: int) -> None:
    """Two entries change places."""
    superuser.execute("UPDATE journal SET seq = -seq WHERE seq IN (%s, %s)", [one, other])
    superuser.execute(
        "UPDATE journal SET seq = CASE -seq WHEN %(a)s THEN %(b)s ELSE %(a)s END WHERE seq < 0",
        {"a": one, "b": other},
    )


def test_entries_that_changed_places_are_found_out(
    database: str, superuser: psycopg.Connection
) -> None:
    with login(database, "registry_service") as service:
        service.execute("SELECT set_config('kiez.unit', '06.x', true)")
        for _ in range(4):
            service.execute(WRITTEN, ["anna", uuid4(), Jsonb({})])
    sealed(database)
    intact(database)

    superuser.execute("ALTER TABLE journal ALTER seq DROP IDENTITY")
    swap(superuser, 2, 3)

    assert verdict(database).broken


DIFFERS = """SELECT EXISTS (
    (TABLE journal EXCEPT TABLE kept) UNION (TABLE kept EXCEPT TABLE journal))"""
COLUMNS = ["request_id", "role", "unit", "owner", "act", "resource_type", "visibility"]
changes = st.one_of(
    st.tuples(st.just("delete"), st.integers(1, 12), st.just("")),
    st.tuples(st.sampled_from(COLUMNS), st.integers(1, 12), st.text("abc", min_size=1)),
)


def test_no_change_at_all_goes_unnoticed(database: str, superuser: psycopg.Connection) -> None:
    """Any set of edits and deletions by a superuser; each is undone again before the next."""
    write(database, 12)
    sealed(database, 5)
    superuser.execute("CREATE TABLE kept AS TABLE journal")
    restore = "DELETE FROM journal; INSERT INTO journal OVERRIDING SYSTEM VALUE TABLE kept"

    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(st.lists(changes, min_size=1, max_size=4))
    def tries(made: list[tuple[str, int, str]]) -> None:
        superuser.execute(restore)
        for what, seq, value in made:
            if what == "delete":
                superuser.execute("DELETE FROM journal WHERE seq = %s", [seq])
            else:
                update = SQL("UPDATE journal SET {} = %s WHERE seq = %s")
                superuser.execute(update.format(Identifier(what)), [value, seq])
        (changed,) = superuser.execute(DIFFERS).fetchone() or (None,)
        assert (verdict(database).broken is not None) is changed

    tries()


def test_a_tail_cut_off_with_its_seals_is_found_out_by_a_head_kept_elsewhere(
    database: str, superuser: psycopg.Connection
) -> None:
    write(database, 4)
    sealed(database, 2)
    head = intact(database).head
    assert verdict(database, head).anchored
    write(database, 2)
    sealed(database)
    assert verdict(database, head).anchored

    superuser.execute("DELETE FROM seal WHERE n >= 2; DELETE FROM journal WHERE seq > 2")

    assert not verdict(database, head).anchored


async def test_several_who_seal_at_once_make_one_chain(database: str) -> None:
    write(database, 30)
    engine = engine_on(url(database, "registry_service"), pool_size=6)
    sessions = sessions_on(engine)

    async def at_it() -> int:
        return sum([(await seal(sessions, "registry", 4)).entries for _ in range(8)])

    counts = await asyncio.gather(*(at_it() for _ in range(6)))
    left = await at_it()  # whoever finds another at it leaves it to them
    await engine.dispose()

    assert sum(counts) + left == 30
    assert intact(database).sealed == 30


def test_even_without_taking_turns_the_chain_does_not_fork(database: str) -> None:
    """Two who seal at once wait for each other in the function itself, not in our process alone."""
    write(database, 4)
    with (
        login(database, "registry_service") as one,
        login(database, "registry_service", autocommit=True) as other,
    ):
        one.execute(SEALED, [2])
        other.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute(SEALED, [2])
        one.commit()
        other.execute(SEALED, [2])
    assert intact(database).sealed == 4


def test_no_second_seal_stands_on_the_same_one(
    database: str, superuser: psycopg.Connection
) -> None:
    write(database, 2)
    sealed(database)
    fork = """INSERT INTO seal
            (first_xact, first_seq, last_xact, last_seq, entries, previous, hash)
        SELECT first_xact, first_seq, last_xact, last_seq, entries, previous, sha256(hash)
            FROM seal"""
    with pytest.raises(UniqueViolation):
        superuser.execute(fork)


def test_a_crash_while_sealing_leaves_the_chain_as_it_was(database: str) -> None:
    write(database, 4)
    with login(database, "registry_service") as service, admin() as eyes:
        service.execute(SEALED, [2])
        eyes.execute("SELECT pg_terminate_backend(%s)", [service.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            service.commit()

    assert intact(database).sealed == 0
    sealed(database)
    assert intact(database).sealed == 4


def test_what_is_not_over_is_not_sealed_and_comes_later(database: str) -> None:
    with login(database, "registry_service") as slow:
        slow.execute("SELECT set_config('kiez.unit', '06.x', true)")
        slow.execute(WRITTEN, ["anna", uuid4(), Jsonb({})])
        write(database, 2)
        sealed(database)
        assert intact(database).unsealed == 2
        slow.commit()
    sealed(database)
    assert intact(database).sealed == 3


async def test_a_running_service_seals_by_itself(
    database: str,
    own_sessions: Callable[[str], dict[str, Sessions]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.sealing.EVERY_SECONDS", 0.05)
    write(database, 3)

    async with sealing(own_sessions("registry")["registry"], "registry"):
        for _ in range(100):
            if (found := intact(database)).sealed == 3:
                break
            await asyncio.sleep(0.05)

    assert found.sealed == 3
