"""The caller's body on its way: counted, never longer than allowed, its trailers left behind."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import NoReturn

from starlette.types import Message, Receive

from shared.problems import Refused, TooLarge

# So much is taken before a service is asked: whoever sends slowly occupies no place there, and a
# second attempt has something to send. A longer body is then to keep coming.
SMALL = 65_536
MOST_KEPT = 1_048_576
STALL = 5.0


async def no_body() -> Message:
    """What somebody sends who only asks."""
    return {"type": "http.request", "body": b"", "more_body": False}


class BodyCut(Refused):
    """The caller went away before the body was complete; nothing of it was kept."""

    status = HTTPStatus.BAD_REQUEST
    de = "Die Anfrage brach ab, bevor sie vollständig war."
    en = "The request broke off before it was complete."


class BodyTooSlow(Refused):
    """The body did not arrive in the time that the operation has."""

    status = HTTPStatus.REQUEST_TIMEOUT
    de = "Die Anfrage kam zu langsam an; bitte noch einmal."
    en = "The request arrived too slowly; please try again."


class Body:
    """Piece by piece as it comes, and from the beginning for a second attempt.

    `trouble` is what the caller did wrong; a transport would only say that sending failed.
    """

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._most = receive, most
        self._kept: list[bytes] = []
        self._taken = 0
        self._more = True
        self._forgot = False
        self.waiting = False
        self.trouble: Refused | None = None

    @property
    def can_be_sent_again(self) -> bool:
        """Whether all that came so far is still here."""
        return self.trouble is None and not self._forgot

    async def begin(self) -> None:
        """Wait for all of a usual body, or for the beginning of a long one."""
        while self._more and self._taken <= SMALL:
            await self._next()

    @property
    def whole(self) -> bytes | None:
        """All of it, where all has come and is here."""
        return None if self._more or self._forgot else b"".join(self._kept)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Each piece: first those that have come already, then the others as they come."""
        for piece in [*self._kept]:
            yield piece
        while self._more:
            try:
                async with asyncio.timeout(STALL):
                    piece = await self._next()
            except TimeoutError:
                self._refuse(BodyTooSlow())
            yield piece

    async def _next(self) -> bytes:
        self.waiting = True
        message = await self._receive()
        self.waiting = False
        if message["type"] == "http.disconnect":
            self._refuse(BodyCut())
        self._more = message.get("more_body", False)
        piece: bytes = message.get("body", b"")
        self._taken += len(piece)
        if self._taken > self._most:
            self._refuse(TooLarge(most=self._most))
        self._keep(piece)
        return piece

    def _keep(self, piece: bytes) -> None:
        if self._forgot or self._taken > MOST_KEPT:
            self._kept, self._forgot = [], True
        else:
            self._kept.append(piece)

    def _refuse(self, trouble: Refused) -> NoReturn:
        self.trouble = trouble
        raise trouble
