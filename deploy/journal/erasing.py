"""Empties what is personal in journal entries; that it was done is an entry itself."""

import json
from uuid import UUID

import psycopg

EMPTY = "UPDATE journal SET subject = NULL, said = NULL, salt = NULL WHERE said IS NOT NULL AND "
BY_SUBJECT = EMPTY + "subject = %s"
BY_RESOURCE = EMPTY + "resource_type = %s AND resource_id = %s"
SPEAK = "SELECT set_config('kiez.unit', %s, true)"
# How many, and of which record; never of whom. The verification counts it against what is empty.
NOTE = """INSERT INTO journal (request_id, role, unit, owner, act, resource_type, resource_id, said,
        visibility, shared_with)
    VALUES ('erase', 'administrator', %(part)s, %(part)s, 'journal.erase', 'journal',
        gen_random_uuid(), %(said)s, 'unit', '{}')"""


def erase_subject(connection: psycopg.Connection, part: str, subject: str) -> int:
    """Empty every entry of a person; how many those were."""
    with connection.transaction():
        return _noted(connection, part, connection.execute(BY_SUBJECT, [subject]).rowcount, "")


def erase_resource(connection: psycopg.Connection, part: str, kind: str, id_: UUID) -> int:
    """Empty every entry about a record; how many those were."""
    with connection.transaction():
        count = connection.execute(BY_RESOURCE, [kind, id_]).rowcount
        return _noted(connection, part, count, f"{kind}/{id_}")


def _noted(connection: psycopg.Connection, part: str, count: int, of: str) -> int:
    if count:
        connection.execute(SPEAK, [part])
        said = json.dumps({"erased": count, "of": of or "subject"})
        connection.execute(NOTE, {"part": part, "said": said})
    return count
