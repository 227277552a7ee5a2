"""What goes on beside the requests, from the first to the last."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger()

Chore = Callable[[], Awaitable[None]]


@asynccontextmanager
async def doing(chores: Mapping[Chore, float]) -> AsyncIterator[None]:
    """Do each chore once before, and then after every so many seconds, until the end."""
    await asyncio.gather(*(once(chore) for chore in chores))
    tasks = [asyncio.create_task(repeated(chore, pause)) for chore, pause in chores.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def repeated(chore: Chore, pause: float) -> None:
    """Do it again and again."""
    while True:
        await asyncio.sleep(pause)
        await once(chore)


async def once(chore: Chore) -> None:
    """Do it; a fault is no reason never to try again."""
    try:
        await chore()
    except Exception:
        log.exception("a chore failed", chore=chore.__qualname__)
