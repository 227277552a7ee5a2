"""A caller on a bare socket: sends exactly the bytes it is given, and never waits for ever."""

import io
import json
import select
import socket
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPMessage, HTTPResponse, RemoteDisconnected
from typing import Any, Self, cast
from urllib.parse import urlsplit

PATIENCE = 10.0


class HungUp(Exception):
    """The other side closed the connection and gave no (further) answer."""


@dataclass(frozen=True)
class Answer:
    """One HTTP answer as it came."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document; fails where it is none."""
        assert self.headers["content-type"] == "application/problem+json", self
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def whole(self) -> str:
        """Header fields and body, to look for what must not stand there."""
        return f"{self.headers}{self.body.decode(errors='replace')}"


class _Kept(io.BufferedReader):
    """A reader that an answer cannot close: the next answer comes over the same connection."""

    def close(self) -> None:
        pass


class _Source:
    """What http.client takes for a socket."""

    def __init__(self, reader: _Kept) -> None:
        self._reader = reader

    def makefile(self, *_: object) -> _Kept:
        return self._reader


class Wire:
    """A connection to an address such as http://localhost:8000; each step ends in time."""

    def __init__(self, address: str, patience: float = PATIENCE) -> None:
        place = urlsplit(address)
        assert place.hostname
        assert place.port
        self.socket = socket.create_connection((place.hostname, place.port), patience)
        self._reader = _Kept(cast(io.RawIOBase, self.socket.makefile("rb", buffering=0)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def send(self, data: bytes) -> Self:
        """Send these bytes; a side that has hung up meanwhile is no failure."""
        with suppress(ConnectionError):
            self.socket.sendall(data)
        return self

    def answer(self, method: str = "GET") -> Answer:
        """The next answer; HungUp where the connection is closed instead."""
        # http.client reads answers independently of the parser that the gateway uses.
        answer = HTTPResponse(cast(socket.socket, _Source(self._reader)), method=method)
        try:
            answer.begin()
            return Answer(answer.status, answer.headers, answer.read())
        except (RemoteDisconnected, ConnectionError) as error:
            raise HungUp from error

    def answers(self) -> list[Answer]:
        """All answers until the other side hangs up."""
        found = []
        with suppress(HungUp):
            while True:
                found.append(self.answer())
        return found

    def is_told(self, within: float) -> bool:
        """Whether anything is said, or the connection closed, in so many seconds."""
        ready, _, _ = select.select([self.socket], [], [], within)
        return ready != []

    def is_closed(self) -> bool:
        """Whether the other side hangs up without a further byte; waits for it."""
        try:
            return self._reader.read(1) == b""
        except ConnectionError:
            return True

    def hang_up(self, *, rudely: bool = False) -> None:
        """End the connection; rudely with a reset."""
        if rudely:
            linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._reader.raw.close()
        self.socket.close()


def request(line: str, *fields: str, body: bytes = b"", host: str = "Host: localhost") -> bytes:
    """A request of this line and these header fields; `host=""` leaves Host out."""
    head = [line, *filter(None, [host]), *fields]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def told(address: str, data: bytes, patience: float = PATIENCE) -> Answer:
    """The first answer to these bytes, over a connection of its own."""
    with Wire(address, patience) as wire:
        return wire.send(data).answer()
