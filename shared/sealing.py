"""The journal is sealed: a chain of hashes in which no entry can be changed and nobody notices.

Settled entries go into the chain in the order of the feed. An entry stands in it with a salted
digest of what is personal (who sat under the hat, what was said), so that this can be erased and
the chain still be verified.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

import structlog
from sqlalchemy import text

from shared.access import Caller
from shared.authority import PAGE, Hat, Role
from shared.database import TROUBLE, Sessions, speaking

log = structlog.get_logger()
EVERY_SECONDS = 5.0
MOST_AT_ONCE = 10_000

MY_TURN = text("SELECT pg_try_advisory_xact_lock(hashtextextended('sealing', 0))")
SEAL = text("SELECT entries, encode(head, 'hex') AS head FROM seal_journal(:most)")


class Sealed(NamedTuple):
    """How many entries were sealed just now, and the chain's head afterwards."""

    entries: int = 0
    head: str | None = None


async def seal(sessions: Sessions, part: str, most: int = MOST_AT_ONCE) -> Sealed:
    """Seal what is settled, at most so many entries; nothing where another process is at it."""
    caller = Caller("sealing", Hat(Role.SERVICE, part), PAGE["journal.seal"])
    async with speaking(sessions, caller) as session:
        if not await session.scalar(MY_TURN):
            return Sealed()
        row = (await session.execute(SEAL, {"most": most})).one()
        return Sealed(row.entries, row.head)


async def seal_all(sessions: Sessions, part: str, most: int = MOST_AT_ONCE) -> Sealed:
    """Seal everything that is settled, in transactions of at most `most` entries each."""
    total, now = 0, Sealed(most)
    while now.entries == most:
        now = await seal(sessions, part, most)
        total += now.entries
    return Sealed(total, now.head)


@asynccontextmanager
async def sealing(sessions: Sessions, part: str) -> AsyncIterator[None]:
    """Seal the part's journal every few seconds as long as this lasts."""
    task = asyncio.create_task(_seal_on(sessions, part))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _seal_on(sessions: Sessions, part: str) -> None:
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            sealed = await seal_all(sessions, part)
        except TROUBLE as error:
            log.warning("the journal could not be sealed", part=part, reason=type(error).__name__)
            continue
        if sealed.entries:
            # Kept elsewhere, this line is the anchor by which a shortened chain is found out.
            log.info("sealed", part=part, entries=sealed.entries, head=sealed.head)
