"""One answer as it is kept: which may be, and how it is given out again."""

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from starlette.types import Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from gateway.cache.heads import Head
from gateway.forwarding.proxy import RETURNED
from gateway.forwarding.service import PLAIN, Answer, NoAnswer
from gateway.forwarding.transport import Garbled
from shared.conditional import unchanged

Headers = list[tuple[bytes, bytes]]

LARGEST = 524_288
# Standings are computed with today's date, and some answers draw on other services.
GOOD_FOR = 60.0
NEGOTIATED = frozenset({"accept", "accept-language"})
PARTIAL = frozenset({b"set-cookie", b"content-range", b"content-encoding"})
FORBIDDING = ("no-store", "private")
OF_THE_BODY = frozenset({b"content-length", b"content-type", b"content-disposition"})


# What an answer to the public depends on: path, which begins with the service's name, query and
# language; and what is accepted, where the answer differs by it.
Key = tuple[str | bytes, ...]


@dataclass(slots=True)
class Kept:
    """An answer with the head that its service had before it was asked.

    `accept` is what was asked for, where the answer depends on it.
    """

    accept: bytes | None
    etag: str
    headers: Headers
    lines: bytes
    body: bytes
    known: Head
    head: str
    since: float
    until: float

    @classmethod
    async def of(cls, answer: Answer, accept: bytes, known: Head, head: str) -> Self:
        """A service's answer, read to its end."""
        body, headers = await body_of(answer), headers_of(answer)
        if all(name != b"cache-control" for name, _ in headers):
            headers.append((b"cache-control", b"no-cache"))
        varies = {each.strip() for each in answer.one(b"vary").lower().split(",")}
        now, etag = time.monotonic(), answer.one(b"etag")
        depends = accept if "accept" in varies else None
        return cls(depends, etag, headers, lines(headers), body, known, head, now, now + GOOD_FOR)

    @property
    def size(self) -> int:
        """Bytes in memory, roughly."""
        return len(self.body) + 2 * len(self.lines)

    def is_fresh(self, now: float) -> bool:
        """Whether nothing can have changed since, as far as was known a moment ago."""
        return self.head == self.known.text and now < self.until and now < self.known.until

    def holds_again(self, head: str) -> None:
        """The service has said that it would say the same."""
        self.head, self.since = head, time.monotonic()
        self.until = self.since + GOOD_FOR

    async def give(self, none_match: bytes, told: Headers, send: Send) -> None:
        """Send it, or only say that the caller has it already."""
        status, body = 200, self.body
        headers = [*self.headers, (b"age", b"%d" % (time.monotonic() - self.since)), *told]
        if self._is_had(none_match):
            status, body = 304, b""
            headers = [pair for pair in headers if pair[0] not in OF_THE_BODY]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def on_the_wire(self, none_match: bytes, told: Headers) -> list[bytes]:
        """The same in pieces of HTTP/1.1: the status line, the fields, the body."""
        age = b"age: %d\r\n" % (time.monotonic() - self.since)
        if self._is_had(none_match):
            fewer = [pair for pair in self.headers if pair[0] not in OF_THE_BODY]
            return [STATUS_LINE[304], lines(fewer), age, lines(told), b"\r\n"]
        return [STATUS_LINE[200], self.lines, age, lines(told), b"\r\n", self.body]

    def _is_had(self, none_match: bytes) -> bool:
        return none_match != b"" and unchanged(self.etag, none_match.decode("latin-1"))


def lines(headers: Headers) -> bytes:
    """Fields as they stand on the wire."""
    return b"".join([b"%b: %b\r\n" % pair for pair in headers])


def may_be_kept(answer: Answer) -> bool:
    """Whether an answer is whole, says by a strong tag what it is, and forbids no keeping."""
    length, vary = answer.one(b"content-length"), answer.one(b"vary").lower()
    forbids = answer.one(b"cache-control").lower()
    return (
        answer.status_code == HTTPStatus.OK
        and answer.one(b"etag").startswith('"')
        and length.isdecimal()
        and int(length) <= LARGEST
        and {each.strip() for each in vary.split(",") if each} <= NEGOTIATED
        and not any(name in PARTIAL for name, _ in answer.headers)
        and all(PLAIN.fullmatch(value) for _, value in answer.headers)
        and not any(word in forbids for word in FORBIDDING)
    )


def headers_of(answer: Answer) -> Headers:
    """What of its headers a caller is told."""
    return [pair for pair in answer.headers if pair[0] in RETURNED]


async def body_of(answer: Answer) -> bytes:
    """The whole body of an answer that is short enough."""
    if answer.whole is not None:
        return answer.whole
    pieces = []
    try:
        while piece := await answer.piece():
            pieces.append(piece)
    except Garbled as error:
        raise NoAnswer from error
    finally:
        await answer.aclose()
    return b"".join(pieces)
