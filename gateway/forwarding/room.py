"""So many requests at a time for one service, and so many more that wait a moment."""

import asyncio
from http import HTTPStatus
from typing import ClassVar

from shared.problems import Refused

WAIT = 2.0


class Busy(Refused):
    """The service has as much to do as it can; more would only make everybody wait."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    de = "Gerade fragen zu viele zugleich; bitte gleich noch einmal."
    en = "Too many are asking at the same time; please try again shortly."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "2"}


class Room:
    """The places at one service; whoever finds none waits briefly, and in a short queue."""

    def __init__(self, places: int, most_waiting: int) -> None:
        self._places, self._most_waiting = places, most_waiting
        self._free = asyncio.Semaphore(places)
        self.taken = self.waiting = 0

    async def enter(self) -> None:
        """Take a place."""
        if self._free.locked():
            await self._wait()
        else:
            await self._free.acquire()  # at once: there is one
        self.taken += 1

    def leave(self) -> None:
        """Give the place to whoever has waited longest."""
        self.taken -= 1
        self._free.release()

    async def _wait(self) -> None:
        if self.waiting >= self._most_waiting:
            raise Busy
        self.waiting += 1
        try:
            async with asyncio.timeout(WAIT):
                await self._free.acquire()
        except TimeoutError as error:
            raise Busy from error
        finally:
            self.waiting -= 1
