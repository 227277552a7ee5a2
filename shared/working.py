"""How a service's worker lives: it begins or says why not, outlasts its database, ends in peace."""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import procrastinate
import structlog
from procrastinate import JobContext
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout
from pydantic import ValidationError
from pydantic_settings import BaseSettings
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.database import Sessions
from shared.observing import log_as_json

log = structlog.get_logger()
Settings = TypeVar("Settings", bound=BaseSettings)
PAUSE = 3.0
HEARTBEAT, SILENCE = 5.0, 20.0
EVERY_TEN_SECONDS = "* * * * * */10"
HOW: dict[str, Any] = {
    "concurrency": 4,
    "delete_jobs": "successful",
    "update_heartbeat_interval": HEARTBEAT,
    "stalled_worker_timeout": SILENCE,
    "shutdown_graceful_timeout": 3.0,
    "install_signal_handlers": False,
}
AWAY = (ConnectorException, PoolTimeout, SQLAlchemyError, OSError)


def attend_to_the_stalled(app: procrastinate.App) -> None:
    """Have the jobs of workers that are gone taken up by those that live."""

    @app.periodic(cron=EVERY_TEN_SECONDS)
    @app.task(name="take_up_stalled", queue="house", queueing_lock="stalled", pass_context=True)
    async def take_up_stalled(context: JobContext, timestamp: int) -> None:
        await take_up(context.app)


async def take_up(app: procrastinate.App, silence: float = SILENCE) -> None:
    """Give the jobs of workers that have been silent for `silence` seconds to those that live."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silence):
        log.warning("taking up the job of a worker that is gone", job=job.id, task=job.task_name)
        await app.job_manager.retry_job(job)


async def work(
    app: procrastinate.App, sessions: Sessions, given: dict[str, Any], stop: asyncio.Event
) -> int:
    """Work until told to stop; the exit code. `given` is what the tasks find in their context."""
    try:
        await there(sessions)
    except AWAY as reason:
        log.error("cannot begin: the database does not answer", reason=told(reason))
        return 1
    log.info("working")
    while not stop.is_set():
        try:
            await there(sessions)
            await shift(app, stop, given)
        except AWAY as reason:
            log.warning("the database is away; trying again", reason=told(reason))
        await either(stop.wait(), asyncio.sleep(PAUSE))
    log.info("stopped")
    return 0


async def there(sessions: Sessions) -> None:
    """Return if the database answers and has its jobs."""
    async with sessions() as session:
        await session.execute(text("SELECT FROM jobs.procrastinate_jobs LIMIT 1"))


async def shift(app: procrastinate.App, stop: asyncio.Event, given: dict[str, Any]) -> None:
    """Work until told to stop, or until the database is away."""
    async with app.open_async():
        working = asyncio.create_task(app.run_worker_async(**HOW, additional_context=given))
        await either(working, stop.wait())
        working.cancel()
        (end,) = await asyncio.gather(working, return_exceptions=True)
    if isinstance(end, Exception):
        raise end


async def either(*waits: Any) -> None:
    """Wait for the first of these; a wait that is no task of its own is given up then."""
    tasks = {wait: asyncio.ensure_future(wait) for wait in waits}
    await asyncio.wait(tasks.values(), return_when=asyncio.FIRST_COMPLETED)
    for wait, task in tasks.items():
        if wait is not task:
            task.cancel()


def told(reason: BaseException) -> str:
    """What went wrong in one line."""
    return str(reason.__cause__ or reason).strip().partition("\n")[0] or type(reason).__name__


def tell_libraries_too() -> None:
    """What libraries log becomes JSON as well; Procrastinate's every step is left out."""
    shape: list[Callable[..., Any]] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shape,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


async def begin(
    settings: type[Settings], live: Callable[[Settings, asyncio.Event], Awaitable[int]]
) -> int:
    """Read the settings, heed the signals, and live until one comes; the exit code."""
    log_as_json()
    tell_libraries_too()
    try:
        known = settings()
    except ValidationError as error:
        prefix = settings.model_config.get("env_prefix", "")
        wrong = [f"{prefix}{'.'.join(map(str, e['loc']))}".upper() for e in error.errors()]
        log.error("cannot begin: these settings are missing or wrong", settings=wrong)
        return 1
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    return await live(known, stop)
