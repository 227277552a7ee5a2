"""Where an item lies and who may be responsible is found out later, until it is found out."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from geoalchemy2.shape import to_shape
from procrastinate import BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.jobs import Job
from shapely.geometry import Point
from sqlalchemy.ext.asyncio import AsyncSession

from services.participation.berlin import degrees
from services.participation.clients.away import PartAway
from services.participation.clients.datahub import Datahub
from services.participation.clients.registry import Ledger
from services.participation.items import actions, queries, rules
from services.participation.items.model import Item
from services.participation.machine import machine
from shared.access import Caller
from shared.clock import now
from shared.database import Sessions, speaking
from shared.jobs import later

log = structlog.get_logger()
tasks = Blueprint()
LONGEST_PAUSE = 300


@dataclass(frozen=True, slots=True)
class Finder:
    """All that is needed to find out about an item; the worker brings it."""

    sessions: Sessions
    datahub: Datahub
    ledger: Ledger


class UntilFound(BaseRetryStrategy):
    """Try again for as long as it takes, with pauses that grow to five minutes and no further."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """When to try again."""
        pause = min(2 ** min(job.attempts + 1, 16), LONGEST_PAUSE)
        return RetryDecision(retry_at=now() + timedelta(seconds=pause))


@tasks.task(name="items.locate", queue="items", retry=UntilFound(), pass_context=True)
async def locate(context: JobContext, item_id: str) -> None:
    """Find out what is not yet known about the item."""
    finder: Finder = context.additional_context["finder"]
    await find_out(finder, UUID(item_id), f"job-{context.job.id}")


async def locate_later(session: AsyncSession, item: Item) -> None:
    """Have it found out once the item is kept."""
    await later(session, locate, item_id=str(item.id))


async def find_out(finder: Finder, item_id: UUID, request_id: str) -> None:
    """Ask the data hub, then the ledger; each answer is kept at once and asked for only once.

    No transaction stays open while another service is being asked. Raises PartAway where one
    does not answer; what was found before that stays.
    """

    def caller() -> Caller:
        return machine("item.locate", request_id)

    item = await _present(finder, item_id, caller())
    if item.point is not None and rules.location_state(item, await _place(finder, item)) == "pending":
        ...
