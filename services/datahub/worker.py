"""The data hub's jobs: `python -m services.datahub.worker`, as many of them as are wanted.

It ends at once, with a reason, where it cannot begin; later it outlasts a database that is away.
SIGTERM lets the jobs finish for a few seconds; what is cut off goes on from where it was.
"""

import asyncio
import sys
from functools import partial
from typing import Any

import procrastinate

from services.datahub.senate import actions, jobs
from services.datahub.senate.connectors.known import connected
from services.datahub.senate.model import SyncRun
from services.datahub.settings import DatahubSettings
from shared.database import Sessions, engine_on, sessions_on
from shared.jobs import app_on
from shared.working import attend_to_the_stalled, begin, work


def app_for(url: str, **more: Any) -> procrastinate.App:
    """Procrastinate with every task of the data hub."""
    app = app_on(url, min_size=1, max_size=4, timeout=5, **more)
    jobs.tasks_on(app)
    attend_to_the_stalled(app)
    return app


async def collect(
    sessions: Sessions, settings: DatahubSettings, name: Any, *, when_due: bool, **how: Any
) -> SyncRun | None:
    """Read the Senate system `name`; one that has no address is none of the schedule's."""
    address = settings.partners.get(name)
    if address is None and when_due:
        return None
    async with connected(name, address, settings.partner_token.get_secret_value()) as connector:
        return await actions.collect(sessions, connector, when_due=when_due, **how)


async def live(settings: DatahubSettings, stop: asyncio.Event) -> int:
    """Work until told to stop; the exit code."""
    url = settings.database_url.get_secret_value()
    engine = engine_on(url)
    sessions = sessions_on(engine)
    given = {"collect": partial(collect, sessions, settings)}
    code = await work(app_for(url), sessions, given, stop)
    await engine.dispose()
    return code


if __name__ == "__main__":
    sys.exit(asyncio.run(begin(DatahubSettings, live)))
