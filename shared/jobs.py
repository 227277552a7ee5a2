"""What runs later or on schedule, on the service's own PostgreSQL (Procrastinate)."""

import json
from typing import Any

import procrastinate
from procrastinate import schema
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from shared.rows import Migration

# Jobs hold no unit's words, only ids; they live beside the statements, not among them.
CREATE = """
CREATE SCHEMA jobs;
SET LOCAL search_path = jobs, public;
{procrastinate}
SET LOCAL search_path = public;
GRANT USAGE ON SCHEMA jobs TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO {role};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO {role};
"""

# Procrastinate defers on a connection of its own, which may succeed when the deed fails, or fail
# when it succeeds. In the deed's transaction there is a job exactly if there is a deed.
DEFER = text(
    """SELECT jobs.procrastinate_defer_jobs_v1(ARRAY[ROW(
        :queue, :task, :priority, :lock, :queueing_lock, CAST(:args AS jsonb), NULL
    )::jobs.procrastinate_job_to_defer_v1])"""
)


def app_on(url: str, **more: Any) -> procrastinate.App:
    """Procrastinate on the database of an SQLAlchemy address."""
    address = make_url(url).set(drivername="postgresql")
    conninfo = address.render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo,
        kwargs={"options": "-c search_path=jobs,public", "connect_timeout": 3},
        **more,
    )
    return procrastinate.App(connector=connector)


async def later(
    session: AsyncSession, task: procrastinate.tasks.Task[..., Any, ...], **args: Any
) -> None:
    """Have `task` done once this session's transaction is kept, and only then."""
    await session.execute(
        DEFER,
        {
            "queue": task.queue,
            "task": task.name,
            "priority": task.priority,
            "lock": task.lock,
            "queueing_lock": task.queueing_lock,
            "args": json.dumps(args),
        },
    )


def create(op: Migration, *, role: str) -> None:
    """Give a new database the tables of its jobs."""
    sql = schema.SchemaManager.get_schema()
    op.execute(CREATE.format(procrastinate=sql, role=role))
