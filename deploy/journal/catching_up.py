"""Brings a young cluster's transaction numbers past those of a journal restored into it."""

import psycopg

# Each COMMIT uses up one number; there is no other way to do it while the server runs.
BEHIND = """SELECT greatest(0, 1 - pg_snapshot_xmax(pg_current_snapshot())::text::bigint + greatest(
    (SELECT xact::text::bigint FROM journal ORDER BY xact DESC LIMIT 1),
    (SELECT last_xact::text::bigint FROM seal ORDER BY n DESC LIMIT 1)))"""
ONWARD = """DO $$ BEGIN
    FOR step IN 1..{count} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP;
END $$"""


def catch_up(connection: psycopg.Connection) -> int:
    """Use up the numbers that the journal has used already; how many those were."""
    connection.autocommit = True
    connection.execute("SET synchronous_commit = off")
    (behind,) = connection.execute(BEHIND).fetchone() or (0,)
    if behind:
        connection.execute(ONWARD.format(count=int(behind)).encode())
    return int(behind or 0)
