"""The gateway's server protocol: what uvicorn leaves open about a connection is settled here.

Its parser (llhttp) refuses broken framing by itself: unequal or odd lengths, Content-Length beside
Transfer-Encoding, bare LF, folded lines. What it lets pass and would be ambiguous, too large or
too slow is refused here; nothing is repaired. uvicorn is told of it with `--http`.
"""

import asyncio
from contextlib import suppress
from typing import Any

import httptools
from prometheus_client import Counter
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE
from uvicorn.server import ServerState

from gateway.entrance.swift import Swift
from gateway.entrance.unread import (
    Crowded,
    LineTooLong,
    NotCanonical,
    NotExpected,
    NotInTime,
    OtherVersion,
    TooManyFields,
)
from gateway.entrance.watch import Watch
from shared.problems import Refused, Unreadable

TURNED_AWAY = Counter("kiez_turned_away", "Requests that were not read", ["problem"])
# Sizes of chunks and the like, for each byte of content: single bytes come as "1 CR LF x CR LF".
WRAPPING = 8


class Door(Swift):
    """One connection; each override is a callback of asyncio or of the parser."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._watch = Watch.of(server_state, self.loop)
        self._limits = self._watch.limits
        self._in_head = self._in_body = self._leaving = False
        self._head = self._unparsed = self._wrapping = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a caller in; if there is no room, whoever idles longest has to go."""
        super().connection_made(transport)
        if len(self.connections) > self._watch.room and not self._watch.make_room():
            self._write(Crowded())
            transport.close()
        else:
            self._watch.head.begin(self, self.loop.time())

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody waits for it any more."""
        self._watch.forget(self)
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; stock uvicorn would let upgrades pass and answer errors out of turn."""
        if self._leaving:
            return
        self._unset_keepalive_if_required()
        request, in_head, in_body = self.scope, self._in_head, self._in_body
        try:
            self.parser.feed_data(data)
            if self.scope is request:
                self._must_not_pile_up(len(data), in_head, in_body)
        except httptools.HttpParserError as error:
            reason = error.__context__
            self.turn_away(reason if isinstance(reason, Refused) else Unreadable())
        except Refused as refused:
            self.turn_away(refused)

    def _must_not_pile_up(self, received: int, in_head: bool, in_body: bool) -> None:
        """The parser reports a field or a trailer when it is whole: bound what is not yet."""
        self._unparsed += received if in_head and self._in_head else 0
        self._wrapping += received if in_body and self._in_body else 0
        if max(self._unparsed, self._wrapping) > self._limits.head_bytes:
            raise TooManyFields

    def on_message_begin(self) -> None:
        """A new request."""
        super().on_message_begin()
        self._in_head = True
        self._head = self._unparsed = self._wrapping = 0

    def on_url(self, url: bytes) -> None:
        """A piece of the request's target."""
        super().on_url(url)
        if len(self.url) > self._limits.line_bytes:
            raise LineTooLong

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header field. A trailer comes here, too: stock uvicorn adds it to the header."""
        if not self._in_head:
            return
        self._head += len(name) + len(value)
        if self._head > self._limits.head_bytes or len(self.headers) >= self._limits.head_fields:
            raise TooManyFields
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The header is whole: let the request in, if it is plain HTTP/1.1."""
        has_body = self._must_be_plain()
        super().on_headers_complete()
        self._in_head, self._in_body = False, has_body
        self._watch.head.end(self)
        if has_body:
            now = self.loop.time()
            self._watch.body.begin(self, now)
            self._watch.piece.begin(self, now)

    def _must_be_plain(self) -> bool:
        """Refuse what is not said in one plain way; whether a body follows."""
        version = self.parser.get_http_version()
        if version not in ("1.1", "1.0"):
            raise OtherVersion
        # Stock uvicorn drops the host of an absolute form and whatever follows a #.
        if not self.url.startswith(b"/") or b"#" in self.url or self.parser.should_upgrade():
            raise NotCanonical
        has_body = False
        for name, value in self.headers:
            if name == b"content-length":
                has_body = has_body or value.strip(b"0") != b""
            elif name == b"transfer-encoding":
                has_body = True
                if version == "1.0" or value.strip().lower() != b"chunked":
                    raise NotCanonical
            elif name == b"upgrade":
                raise NotCanonical
            elif name == b"expect" and value.lower() != b"100-continue":
                raise NotExpected
        return has_body

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._wrapping -= WRAPPING * len(body)
        self._watch.piece.begin(self, self.loop.time())
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._in_body = False
        self._watch.body.end(self)
        self._watch.piece.end(self)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, unless this one goes on though it has its answer."""
        super().on_response_complete()
        working = self.cycle is not None and not self.cycle.response_complete
        if working or self.transport.is_closing():
            return
        if self._in_body:
            self._leave()
        else:
            self._watch.head.begin(self, self.loop.time())

    def pause_writing(self) -> None:
        """The caller does not take its answer."""
        self._watch.taking.begin(self, self.loop.time())
        super().pause_writing()

    def resume_writing(self) -> None:
        """It goes on taking it."""
        self._watch.taking.end(self)
        super().resume_writing()

    @property
    def is_paused(self) -> bool:
        """Whether it is we who do not read."""
        return self.flow.read_paused

    def turn_away(self, refused: Refused) -> None:
        """Refuse what is being read; answers to requests before it come first."""
        if self._leaving or self.transport.is_closing():
            return
        TURNED_AWAY.labels(refused.slug()).inc()
        current = self.cycle
        answered = current is None or current.response_complete
        if not (answered or self._in_body):
            self._leaving, current.keep_alive = True, False
            return
        if not answered:
            current.disconnected = True
            current.message_event.set()
            if self.pipeline or current.response_started:
                return self.drop()
        self._write(refused)
        self._leave()

    def lapse(self) -> None:
        """The time is over; who has not begun to ask is owed no answer."""
        if self._in_head or self._in_body:
            self.turn_away(NotInTime())
        else:
            self.drop()

    def drop(self) -> None:
        """End it without a word."""
        self.transport.abort()

    def _write(self, refused: Refused) -> None:
        language = dict(self.headers or ()).get(b"accept-language", b"").decode("latin-1")
        answer = refused.answer(language)
        fields = [
            *self.server_state.default_headers,
            *answer.raw_headers,
            (b"connection", b"close"),
        ]
        head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
        self.transport.write(STATUS_LINE[answer.status_code] + head + b"\r\n" + bytes(answer.body))

    def _leave(self) -> None:
        """Say goodbye and hear the rest out: closing at once would lose our words on the way."""
        self._leaving = True
        self._watch.forget(self)
        self._watch.leaving.begin(self, self.loop.time())
        self.flow.resume_reading()
        with suppress(OSError, NotImplementedError):  # TLS cannot close one direction
            self.transport.write_eof()
