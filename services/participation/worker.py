"""The jobs of participation: `python -m services.participation.worker`, as many as are wanted."""

import asyncio
import sys

import httpx
import procrastinate

from services.participation.clients.datahub import Datahub
from services.participation.clients.identity import Machine
from services.participation.clients.registry import Ledger
from services.participation.items import jobs
from services.participation.settings import ParticipationSettings
from shared.database import engine_on, sessions_on
from shared.jobs import app_on
from shared.working import attend_to_the_stalled, begin, work

PATIENCE = httpx.Timeout(10, connect=3)


def app_for(url: str) -> procrastinate.App:
    """Procrastinate with every task of participation."""
    app = app_on(url, min_size=1, max_size=4, timeout=5)
    # Under the very name by which the API defers it; from a blueprint it would get another.
    app.add_task_alias(jobs.locate, jobs.locate.name)
    attend_to_the_stalled(app)
    return app


async def live(settings: ParticipationSettings, stop: asyncio.Event) -> int:
    """Work until told to stop; the exit code."""
    url = settings.database_url.get_secret_value()
    engine = engine_on(url)
    async with (
        httpx.AsyncClient(timeout=PATIENCE) as identity,
        httpx.AsyncClient(
            base_url=settings.gateway_url,
            timeout=PATIENCE,
            auth=Machine(identity, settings.token_url, settings.client_id, settings.client_secret),
        ) as gateway,
    ):
        sessions = sessions_on(engine)
        finder = jobs.Finder(sessions, Datahub(gateway), Ledger(gateway))
        code = await work(app_for(url), sessions, {"finder": finder}, stop)
    await engine.dispose()
    return code


if __name__ == "__main__":
    sys.exit(asyncio.run(begin(ParticipationSettings, live)))
