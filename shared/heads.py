"""How far a journal has come, for whoever keeps answers: one text that says nothing else."""

import secrets

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.rows import Migration

# Entries are only ever added. Those of transactions below the snapshot's xmin are all there, and
# the greatest of them says which; of the others the visible ones are counted, because one that was
# numbered early may commit late. So any commit of an entry changes the text.
#
# It runs as the table's owner, for the row policies would hide entries from the public and with
# them the change. What it read leaves hashed with a salt: numbers alone could be tried out, and
# would tell how much is done that is not public.
CREATE = """
CREATE FUNCTION journal_head() RETURNS text
    LANGUAGE sql STABLE PARALLEL RESTRICTED SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT left(encode(sha256(convert_to(concat_ws(' ', '{salt}',
            (SELECT concat(xact, '/', seq) FROM public.journal
             WHERE xact < pg_snapshot_xmin(pg_current_snapshot())
             ORDER BY xact DESC, seq DESC LIMIT 1),
            'and',
            (SELECT count(*) FROM public.journal
             WHERE xact >= pg_snapshot_xmin(pg_current_snapshot()))
        ), 'UTF8')), 'hex'), 32)
    $$;
REVOKE ALL ON FUNCTION journal_head() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal_head() TO {role};
"""
READ = text("SELECT journal_head()")


def create(op: Migration, *, role: str) -> None:
    """Let the service `role` see that its journal has grown, and nothing of what is in it."""
    op.execute(CREATE.format(role=role, salt=secrets.token_hex(16)))


async def head(session: AsyncSession) -> str:
    """A text that is another one as soon as anything has been written down."""
    return str((await session.execute(READ)).scalar_one())
