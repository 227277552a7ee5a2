"""Forwards to a service and streams back; only headers on the list pass, in either direction."""

import asyncio
from collections.abc import Mapping

import structlog
from starlette.types import Receive, Send

from gateway.admission import Admission
from gateway.contracts import Operation
from gateway.entrance.knock import Knock
from gateway.forwarding.body import Body
from gateway.forwarding.service import Answer, Limits, Service
from gateway.forwarding.transport import Asked, Garbled, Transport
from shared.problems import TooLarge

log = structlog.get_logger()

FORWARDED = frozenset(
    {b"accept", b"accept-language", b"content-type", b"content-length", b"if-match"}
    | {b"if-none-match", b"idempotency-key", b"prefer", b"range", b"traceparent"}
)
RETURNED = frozenset(
    {b"content-type", b"content-length", b"content-language", b"content-range", b"etag", b"vary"}
    | {b"content-disposition", b"cache-control", b"last-modified", b"link", b"location"}
    | {b"retry-after", b"www-authenticate", b"allow", b"idempotent-replayed"}
    | {b"content-security-policy"}
)
# A large answer moves on within the first, or its reader is slower than we wait; and it is over
# within the second, or its place would be taken for ever.
TO_MOVE, TO_PASS = 30.0, 300.0
LAST = {"type": "http.response.body", "body": b""}


class Proxy:
    """Knows where each service is."""

    def __init__(
        self,
        transport: Transport,
        services: Mapping[str, str],
        most_bytes: int,
        seconds: float = 30.0,
        limits: Limits | None = None,
    ) -> None:
        self._most, self._seconds = most_bytes, seconds
        self._bases = {name: base.rstrip("/") for name, base in services.items()}
        self.services = {name: Service(name, transport, limits or Limits()) for name in services}

    def must_fit(self, knock: Knock, operation: Operation) -> None:
        """Refuse a body that says beforehand that it is too long."""
        length, most = knock.one(b"content-length"), operation.most_bytes or self._most
        if length.isdecimal() and int(length) > most:
            raise TooLarge(most=most)

    async def ask(self, knock: Knock, admission: Admission, token: str, receive: Receive) -> Answer:
        """The service's answer to the caller's request; a long body is not yet read."""
        operation = admission.operation
        self.must_fit(knock, operation)
        asked = self._outgoing(knock, admission, token, receive)
        answer = await self.services[operation.service].ask(asked)
        if asked.body and asked.body.trouble:  # it answered what it had got so far
            await answer.aclose()
            raise asked.body.trouble
        return answer

    async def stream(self, answer: Answer, more: list[tuple[bytes, bytes]], send: Send) -> None:
        """Pass the answer on to the caller, with `more` of our own headers."""
        kept = [pair for pair in answer.headers if pair[0] in RETURNED] + more
        try:
            await send(
                {"type": "http.response.start", "status": answer.status_code, "headers": kept}
            )
            if answer.whole is not None:
                await send({"type": "http.response.body", "body": answer.whole})
            elif await _passed_on(answer, send):
                await send(LAST)
        finally:
            await answer.aclose()

    def _outgoing(self, knock: Knock, admission: Admission, token: str, receive: Receive) -> Asked:
        operation, target = admission.operation, knock.path
        if knock.query:
            target += "?" + knock.query.decode("latin-1")
        body, keyed = None, False
        if knock.has_body:
            body = Body(receive, operation.most_bytes or self._most)
        if operation.method == "POST":
            keyed = knock.one(b"idempotency-key") != ""
        return Asked(
            self._bases[operation.service],
            knock.method,
            target,
            inward(knock, admission, token),
            body,
            receive,
            operation.seconds or self._seconds,
            repeatable=operation.method == "GET" or keyed,
        )


async def _passed_on(answer: Answer, send: Send) -> bool:
    """Whether a long answer went through to its end.

    If not, nothing more is sent: the server closes the connection, and the reader sees the cut.
    """
    gone = asyncio.ensure_future(_gone(answer.reader))
    try:
        async with asyncio.timeout(TO_PASS):
            while not gone.done():
                async with asyncio.timeout(TO_MOVE):
                    piece = await answer.piece()
                    if not piece:
                        return True
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
    except (Garbled, TimeoutError) as error:
        log.warning("an answer was cut off", reason=repr(error))
    finally:
        gone.cancel()
    return False


async def _gone(receive: Receive) -> None:
    """Return when the reader has left; a server takes whatever is sent to nobody."""
    while (await receive())["type"] != "http.disconnect":
        pass


def inward(knock: Knock, admission: Admission, token: str) -> list[tuple[bytes, bytes]]:
    """The headers a service gets: the caller's that are on the list, and ours."""
    return [
        *((key, value) for key, value in knock.headers if key in FORWARDED),
        (b"authorization", b"Bearer " + token.encode()),
        (b"x-request-id", admission.request_id.encode()),
        (b"accept-encoding", b"identity"),
    ]
