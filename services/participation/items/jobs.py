"""Where an item lies and who may be responsible is found out later, until it is found out."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from procrastinate import BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.jobs import Job
from sqlalchemy.ext.asyncio import AsyncSession

from services.participation.clients.datahub import Datahub
from services.participation.clients.registry import Ledger
from services.participation.items import actions, queries, rules
from services.participation.items.model import Item
from services.participation.items.queries import Told
from services.participation.machine import machine
from shared.clock import now
from shared.database import Sessions, speaking
from shared.jobs import later
from shared.problems import NotFound

log = structlog.get_logger()
tasks = Blueprint()
LONGEST_PAUSE = 300


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds out about items; the worker gives it what it needs.

    No transaction stays open while another service is being asked, each answer is kept at once,
    and what is known is not asked for again: so it can be cut off anywhere and done twice.
    """

    sessions: Sessions
    datahub: Datahub
    ledger: Ledger

    async def find_out(self, item_id: UUID, request_id: str) -> None:
        """Ask the data hub, then the ledger; raises PartAway where one does not answer."""
        told = await self._known(item_id, request_id)
        if rules.place_missing(told.item, told.whereabouts):
            await self._locate(told, request_id)
            told = await self._known(item_id, request_id)
        known = {suggestion.topic for suggestion in told.suggestions}
        for topic, area in rules.lookups_missing(told.item, told.whereabouts, known):
            await self._ask_the_ledger(item_id, topic, area, request_id)

    async def _known(self, item_id: UUID, request_id: str) -> Told:
        async with speaking(self.sessions, machine("item.read", request_id)) as session:
            item = await queries.one(session, item_id)
            return (await queries.told(session, [item]))[item.id]

    async def _locate(self, told: Told, request_id: str) -> None:
        lon, lat = rules.lon_lat(told.item)
        place = await self.datahub.locate(lon, lat)
        caller = machine("item.locate", request_id)
        async with speaking(self.sessions, caller) as session:
            await actions.place(session, caller, told.item.id, place)

    async def _ask_the_ledger(self, item_id: UUID, topic: str, area: str, request_id: str) -> None:
        advice = await self.ledger.advice(topic, area)
        caller = machine("item.locate", request_id)
        async with speaking(self.sessions, caller) as session:
            await actions.suggest(session, caller, item_id, topic, advice)


class UntilFound(BaseRetryStrategy):
    """Try again for as long as it takes, with pauses that grow to five minutes and no further."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """When to try again."""
        pause = min(2 ** min(job.attempts + 1, 16), LONGEST_PAUSE)
        log.warning("not found out yet", job=job.id, reason=repr(exception), again_in_s=pause)
        return RetryDecision(retry_at=now() + timedelta(seconds=pause))


@tasks.task(name="items.locate", queue="items", retry=UntilFound(), pass_context=True)
async def locate(context: JobContext, item_id: str) -> None:
    """Find out what is not yet known about the item."""
    finder: Finder = context.additional_context["finder"]
    try:
        await finder.find_out(UUID(item_id), f"job-{context.job.id}")
    except NotFound:
        log.warning("nothing left to find out about", item=item_id)


async def locate_later(session: AsyncSession, item: Item) -> None:
    """Have it found out once the item is kept."""
    await later(session, locate, item_id=str(item.id))
