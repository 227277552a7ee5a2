"""What is personal is erased and the chain stays; who may do what to journal and seals."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from psycopg.errors import CheckViolation, InsufficientPrivilege
from psycopg.types.json import Jsonb

from deploy.journal.erasing import erase_resource, erase_subject
from deploy.journal.verifying import verify
from deploy.migrations import config, upgrade
from shared.database import Sessions
from tests.conftest import PARTS, admin, login, url
from tests.house import House
from tests.shared.sealed import SEALED, WRITTEN, intact, sealed, write


@pytest.fixture
def database(own_database: Callable[[str], str]) -> str:
    return own_database("registry")


def test_what_is_personal_is_erased_and_the_chain_stays_verifiable(database: str) -> None:
    write(database, 3, "anna")
    write(database, 2, "bert")
    sealed(database, 2)
    before = intact(database).head

    with login(database, "registry_owner") as owner:
        assert erase_subject(owner, "registry", "anna") == 3
        assert erase_subject(owner, "registry", "anna") == 0

    with admin(database) as eyes:
        left = eyes.execute("SELECT journal::text FROM journal").fetchall()
    assert "anna" not in str(left)
    assert "Nummer 2" not in str(left)
    assert "bert" in str(left)
    found = intact(database)
    assert (found.erased, found.head) == (3, before)
    sealed(database)
    assert intact(database).sealed == 6  # that it was done is an entry, too


def test_what_was_said_of_one_record_is_erased(database: str) -> None:
    write(database, 2)
    with login(database, "registry_owner") as owner:
        (id_,) = owner.execute("SELECT resource_id FROM journal WHERE seq = 1").fetchone() or ()
        assert erase_resource(owner, "registry", "request", id_) == 1

    assert intact(database).erased == 1


async def test_the_feed_shows_that_something_was_erased(
    database: str, own_sessions: Callable[[str], dict[str, Sessions]]
) -> None:
    house = House(own_sessions("registry"))
    await house.a_request("06.spk", "06.jugendamt")
    with login(database, "registry_owner") as owner:
        assert erase_subject(owner, "registry", "somebody") == 1

    (event,) = (await house.as_().get("/events")).json()["events"]

    assert (event["data"]["said"], event["data"]["erased"]) == ({}, True)
    assert "somebody" not in str(event)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET act = 'x'",
        "UPDATE journal SET said = NULL, subject = NULL, salt = NULL, unit = 'x'",
        "UPDATE journal SET subject = NULL",
        "UPDATE journal SET said = '{}'",
        "UPDATE seal SET at = now()",
        "DELETE FROM journal",
        "DELETE FROM seal",
        "TRUNCATE journal",
        "TRUNCATE seal",
    ],
)
def test_not_even_the_owner_does_more_than_erase(database: str, statement: str) -> None:
    write(database, 1)
    sealed(database)
    with (
        login(database, "registry_owner") as owner,
        pytest.raises((InsufficientPrivilege, CheckViolation)),
    ):
        owner.execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET said = NULL, subject = NULL, salt = NULL",
        "INSERT INTO seal (previous) VALUES ('')",
        "DELETE FROM seal",
    ],
)
def test_the_service_neither_erases_nor_seals_by_hand(database: str, statement: str) -> None:
    write(database, 1)
    with (
        login(database, "registry_service") as service,
        pytest.raises(InsufficientPrivilege),
    ):
        service.execute(statement.encode())


def test_nobody_dates_an_entry_back_into_what_is_sealed(database: str) -> None:
    write(database, 2)
    sealed(database)
    with login(database, "registry_service") as service:
        service.execute("SELECT set_config('kiez.unit', '06.x', true)")
        service.execute(
            """INSERT INTO journal OVERRIDING SYSTEM VALUE
               SELECT 0, xact, '2020-01-01', request_id, role, unit, act, resource_type,
                   resource_id, said, visibility, shared_with, subject, owner, salt, '\\x00'
               FROM journal WHERE seq = 1"""
        )
        service.commit()

    found = intact(database)
    assert (found.sealed, found.unsealed) == (2, 1)
    with admin(database) as eyes:
        assert eyes.execute(
            "SELECT min(at) > now() - interval '1 hour' FROM journal"
        ).fetchone() == (True,)


def test_a_table_of_the_services_own_does_not_stand_in_for_the_seals(database: str) -> None:
    """A function with its owner's rights looks for `seal` where only the owner can put one."""
    write(database, 2)
    with login(database, "registry_service") as service:
        service.execute("CREATE TEMPORARY TABLE seal (LIKE public.seal INCLUDING ALL)")
        service.execute("CREATE TEMPORARY TABLE journal (LIKE public.journal)")
        service.execute(SEALED, [10])
        service.commit()
        assert service.execute("SELECT count(*) FROM public.seal").fetchone() == (1,)
    assert intact(database).sealed == 2


def test_a_journal_with_entries_is_sealed_from_then_on(database: str) -> None:
    address = url(database, "registry_owner")
    for entries in (4, 8):
        command.downgrade(config("registry", address), before_sealing("registry"))
        write_as_before(database)
        upgrade("registry", address)
        write(database, 1)
        sealed(database)
        found = intact(database)
        assert (found.entries, found.sealed) == (entries, entries)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_can_go_back_to_the_version_before(
    own_database: Callable[[str], str], part: str
) -> None:
    address = url(own_database(part), f"{part}_owner")
    command.downgrade(config(part, address), before_sealing(part))
    upgrade(part, address)
    with login(own_database(part), f"{part}_owner") as owner:
        assert verify(owner, part).entries == 0


def before_sealing(part: str) -> str:
    scripts = ScriptDirectory.from_config(config(part, "postgresql+psycopg://nobody"))
    return str(scripts.get_revision("0101_sealing").down_revision)


def write_as_before(database: str) -> None:
    """Entries as the version before writes them, which knows neither owner nor subject."""
    with login(database, "registry_service") as service:
        service.execute("SELECT set_config('kiez.unit', '06.x', true)")
        for _ in range(3):
            service.execute(
                WRITTEN.replace("subject, ", "").replace("%s, 'lead'", "'lead'").encode(),
                [uuid4(), Jsonb({})],
            )
