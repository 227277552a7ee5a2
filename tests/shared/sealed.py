"""A sealed journal on a copy of the registry's database, and who looks at it."""

from uuid import uuid4

from psycopg.types.json import Jsonb

from deploy.journal.verifying import Verdict, verify
from tests.conftest import login

WRITTEN = """INSERT INTO journal (request_id, subject, role, unit, act, resource_type, resource_id,
        said, visibility, shared_with)
    VALUES ('r', %s, 'lead', '06.x', 'request.make', 'request', %s, %s, 'internal', '{}')"""
SEALED = "SELECT * FROM seal_journal(%s)"


def write(database: str, count: int, subject: str = "anna") -> None:
    """Entries in a transaction each, as the service writes them."""
    with login(database, "registry_service", autocommit=True) as service:
        for number in range(count):
            with service.transaction():
                service.execute("SELECT set_config('kiez.unit', '06.x', true)")
                service.execute(WRITTEN, [subject, uuid4(), Jsonb({"wort": f"Nummer {number}"})])


def sealed(database: str, most: int = 10_000) -> None:
    """Everything sealed, in pieces of `most`."""
    with login(database, "registry_service", autocommit=True) as service:
        while service.execute(SEALED, [most]).fetchone()[0]:  # type: ignore[index]
            pass


def verdict(database: str, anchor: str | None = None) -> Verdict:
    with login(database, "registry_owner") as owner:
        return verify(owner, "registry", anchor=anchor)


def intact(database: str) -> Verdict:
    found = verdict(database)
    assert found.broken is None, found.broken
    return found
