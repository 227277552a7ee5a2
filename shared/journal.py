"""Append-only: who did what, in the same transaction as the deed."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, column, insert, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access import Caller
from shared.rows import Migration, Statement, protect

JOURNAL = table(
    "journal",
    column("seq"),
    column("xact"),
    column("at"),
    column("request_id"),
    column("subject"),
    column("role"),
    column("unit"),
    column("owner"),
    column("act"),
    column("resource_type"),
    column("resource_id"),
    column("said", JSON),
    column("visibility"),
    column("shared_with"),
)
# A reader of the feed is never told who sat under the hat.
TOLD = [each for each in JOURNAL.c if each.name not in ("subject", "owner")]

CREATE = """
CREATE TABLE journal (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT now(),
    request_id text NOT NULL,
    role text NOT NULL,
    unit text NOT NULL,
    act text NOT NULL,
    resource_type text NOT NULL,
    resource_id uuid NOT NULL,
    said jsonb NOT NULL,
    visibility text NOT NULL,
    shared_with text[] NOT NULL
);
CREATE INDEX ix_journal_feed ON journal (xact, seq);
CREATE INDEX ix_journal_resource ON journal (resource_type, resource_id);
CREATE FUNCTION keep_journal() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = '42501'; END $$;
CREATE TRIGGER keep_journal BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION keep_journal();
"""

# Entries commit in another order than they are numbered. A reader who pages by `seq` alone loses
# those that were numbered early and committed late. Transactions below the snapshot's xmin are
# all over, so paging by (xact, seq) below it loses none.
SETTLED = text("xact < pg_snapshot_xmin(pg_current_snapshot())")
AFTER = text("(xact, seq) > (CAST(:xact AS xid8), CAST(:seq AS bigint))")


class Position(NamedTuple):
    """How far a reader of the feed has come."""

    xact: int = 0
    seq: int = 0


class Entry(NamedTuple):
    """One deed, as the feed tells it; `said` is None where personal data were erased."""

    position: Position
    at: datetime
    role: str
    unit: str
    act: str
    resource_type: str
    resource_id: str
    said: dict[str, Any] | None
    request_id: str


def create(op: Migration, *, role: str) -> None:
    """Give a new database its journal; the service may add and read, no one may change."""
    op.execute(CREATE)
    protect(op, "journal", role=role, rights="SELECT, INSERT")


async def note(session: AsyncSession, caller: Caller, *records: Statement) -> None:
    """Write down that `caller` did its act to each record, as visible as the record itself.

    `unit` is whose hat acted, `owner` whose word the record is; that both are the same is what
    `GET /authority/report` counts.
    """
    await session.flush()
    await session.execute(
        insert(JOURNAL),
        [
            {
                "request_id": caller.request_id,
                "subject": caller.subject,
                "role": caller.hat.role,
                "unit": caller.unit,
                "owner": record.unit,
                "act": caller.act.id,
                "resource_type": record.__tablename__,
                "resource_id": record.id,
                "said": record.model_dump(mode="json", exclude=set(record.unsaid)),
                "visibility": record.visibility,
                "shared_with": record.shared_with,
            }
            for record in records
        ],
    )


async def since(session: AsyncSession, position: Position, limit: int) -> list[Entry]:
    """What was done after `position` and may be read by the session's caller, in feed order."""
    statement = (
        select(*TOLD, text("xact::text::bigint AS transaction"))
        .where(SETTLED, AFTER)
        .order_by(text("xact, seq"))
        .limit(limit)
    )
    place = {"xact": str(position.xact), "seq": position.seq}
    rows = await session.execute(statement, place)
    return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:
    return Entry(
        Position(row.transaction, row.seq),
        row.at,
        row.role,
        row.unit,
        row.act,
        row.resource_type,
        str(row.resource_id),
        row.said,
        row.request_id,
    )
