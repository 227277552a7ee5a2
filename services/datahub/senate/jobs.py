"""When the Senate's systems are read: every night, and when somebody asks for it.

Procrastinate's schedules are in UTC, and Berlin's 03:10 is not always the same instant there. So
the schedule asks every hour, ten minutes past, whether the last night was read; a night that was
missed, or a partner that failed, is thereby made up for within the hour, too.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import procrastinate
import structlog
from procrastinate import BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.jobs import Job
from procrastinate.tasks import Task
from sqlalchemy.ext.asyncio import AsyncSession

from services.datahub.senate.connectors.known import SOURCES
from services.datahub.senate.connectors.trouble import Trouble
from services.datahub.senate.model import SyncRequest, SyncRun
from shared.clock import now
from shared.jobs import later

log = structlog.get_logger()
EVERY_HOUR = "10 * * * *"
QUEUE = "senate"
PAUSE, MOST_ATTEMPTS = timedelta(seconds=15), 40

Collect = Callable[..., Awaitable[SyncRun | None]]


class Patience(BaseRetryStrategy):
    """What stopped us is tried again soon; what stopped the partner waits for the next hour.

    Us: this worker shut down, the database was away, another one was reading. For ten minutes.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again, if at all."""
        if isinstance(exception, Trouble) or job.attempts >= MOST_ATTEMPTS:
            return None
        return RetryDecision(retry_at=now() + PAUSE)


def tasks_on(book: Blueprint) -> dict[str, Task[..., Any, ...]]:
    """The tasks of this slice on a worker's app, by the system they read.

    A worker finds the way to collect under "collect" in what it was given. Jobs of one system
    share a lock, so they run one after the other, wherever the workers are.
    """
    return {name: _task(book, name) for name in SOURCES}


def _task(book: Blueprint, name: str) -> Task[..., Any, ...]:
    @book.periodic(cron=EVERY_HOUR, task_kwargs={"when_due": True})
    @book.task(
        name=f"senate.collect.{name}",
        queue=QUEUE,
        lock=f"senate {name}",
        retry=Patience(),
        pass_context=True,
    )
    async def collect(
        context: JobContext,
        timestamp: int = 0,
        request_id: str | None = None,
        when_due: bool = False,
    ) -> None:
        collect: Collect = context.additional_context["collect"]
        asked = UUID(request_id) if request_id else None
        run = await collect(name, request_id=asked, when_due=when_due)
        if run:
            counts = run.model_dump(include={"pages", "seen", "new", "changed", "gone"})
            log.info("read", system=name, run=str(run.id), **counts)

    return collect


# The API only defers: it needs the tasks' names and locks, and no worker.
TASKS = tasks_on(procrastinate.Blueprint())


async def collect_later(session: AsyncSession, name: str, request: SyncRequest) -> None:
    """Have the system read once the request is kept."""
    await later(session, TASKS[name], request_id=str(request.id))
