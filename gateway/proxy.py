"""Forwards to a service and streams back; only headers on the list pass, in either direction."""

from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import ClassVar

import httpx
from aiohttp import ClientSession, DummyCookieJar, TCPConnector
from starlette.types import Receive, Send

from gateway.admission import Admission
from gateway.knock import Knock
from shared.problems import Refused, TooLarge

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


PATIENCE = httpx.Timeout(30, connect=2).as_dict()


class Unreachable(Refused):
    """The service does not answer; it will again."""

    status = HTTPStatus.BAD_GATEWAY
    de = "Der Dienst ist gerade nicht erreichbar; bitte gleich noch einmal."
    en = "The service cannot be reached at present; please try again shortly."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}


def session() -> ClientSession:
    """aiohttp's client without its own ideas: it must keep no cookie and invent no header."""
    return ClientSession(
        connector=TCPConnector(limit=200),
        cookie_jar=DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    )


class Body:
    """The caller's body, piece by piece and no longer than allowed; its trailers stay behind."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._most = receive, most
        self.too_large = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Each piece as it comes."""
        taken, more = 0, True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise httpx.ReadError("the caller went away")
            more = message.get("more_body", False)
            chunk = message.get("body", b"")
            taken += len(chunk)
            if taken > self._most:
                self.too_large = True
                raise httpx.ReadError("the body is too large")
            yield chunk


class Proxy:
    """Knows where each service is."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport, services: Mapping[str, str], most_bytes: int
    ) -> None:
        self._transport, self._most = transport, most_bytes
        self._services = {name: httpx.URL(base) for name, base in services.items()}

    def must_fit(self, knock: Knock) -> None:
        """Refuse a body that says beforehand that it is too long."""
        length = knock.one(b"content-length")
        if length.isdecimal() and int(length) > self._most:
            raise TooLarge(most=self._most)

    async def ask(
        self, knock: Knock, admission: Admission, token: str, receive: Receive
    ) -> httpx.Response:
        """The service's answer to the caller's request, its body not yet read."""
        self.must_fit(knock)
        body = Body(receive, self._most) if knock.has_body else None
        request = self._outgoing(knock, admission, token, body)
        try:
            answer = await self._transport.handle_async_request(request)
        except httpx.TransportError as error:
            if body and body.too_large:
                raise TooLarge(most=self._most) from error
            raise Unreachable from error
        if body and body.too_large:  # the service answered what it had got so far
            await answer.aclose()
            raise TooLarge(most=self._most)
        return answer

    async def stream(
        self, answer: httpx.Response, more: list[tuple[bytes, bytes]], send: Send
    ) -> None:
        """Pass the answer on to the caller, with `more` of our own headers."""
        headers = [(key.lower(), value) for key, value in answer.headers.raw]
        kept = [(key, value) for key, value in headers if key in RETURNED] + more
        try:
            await send(
                {"type": "http.response.start", "status": answer.status_code, "headers": kept}
            )
            async for chunk in answer.aiter_raw():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await answer.aclose()

    def _outgoing(
        self, knock: Knock, admission: Admission, token: str, body: Body | None
    ) -> httpx.Request:
        base = self._services[admission.operation.service]
        raw = knock.path.encode() + (b"?" + knock.query if knock.query else b"")
        return httpx.Request(
            knock.method,
            base.copy_with(raw_path=raw),
            headers=[(b"host", base.netloc), *inward(knock, admission, token)],
            content=body,
            extensions={"timeout": PATIENCE},
        )


def inward(knock: Knock, admission: Admission, token: str) -> list[tuple[bytes, bytes]]:
    """The headers a service gets: the caller's that are on the list, and ours."""
    return [
        *((key, value) for key, value in knock.headers if key in FORWARDED),
        (b"authorization", b"Bearer " + token.encode()),
        (b"x-request-id", admission.request_id.encode()),
        (b"accept-encoding", b"identity"),
    ]
