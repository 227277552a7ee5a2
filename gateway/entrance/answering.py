"""The way an answer goes out: with what it says of rates, and of who else may keep it."""

from http import HTTPStatus

from starlette.types import Message, Send

from gateway.rates.visits import Visit

KEEPING = b"cache-control"


class Answering:
    """ASGI's `send` for one request.

    Caches on the way may keep only what says so. Many keep an answer without a word about it for
    minutes, and not all of them know that a contribution link is a credential. What says all that
    by itself is sent `plainly`.
    """

    __slots__ = ("_visit", "begun", "plainly")

    def __init__(self, send: Send, visit: Visit) -> None:
        self.plainly, self._visit = send, visit
        self.begun = False

    async def __call__(self, message: Message) -> None:
        """Send a message on."""
        if message["type"] == "http.response.start":
            self.begun = True
            headers = [*message["headers"], *self._visit.fields]
            if all(name != KEEPING for name, _ in message["headers"]):
                headers.append((KEEPING, self._keeping(message["status"])))
            message = {**message, "headers": headers}
        await self.plainly(message)

    def _keeping(self, status: int) -> bytes:
        if status >= HTTPStatus.BAD_REQUEST:
            return b"no-store"
        return b"private, no-cache" if self._visit.shows_credentials else b"no-cache"
