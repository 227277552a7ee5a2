"""What stands behind a gateway under attack: one that writes down what it hears, one that lies."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any, Self, cast

END = (b"\r\n", b"")


@dataclass(frozen=True)
class Heard:
    """One request as it reached the service."""

    line: str
    fields: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Every value of a header field."""
        return [value for key, value in self.fields if key == name]

    @property
    def claims(self) -> dict[str, Any]:
        """What the internal token says."""
        (credentials,) = self.all("authorization")
        middle = credentials.split(".")[1]
        found: dict[str, Any] = json.loads(urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        return found


class Behind(ThreadingTCPServer):
    """A server on a port of its own, in threads, ended with its block."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 1000
    handler: type[StreamRequestHandler]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), self.handler)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @contextmanager
    def serving(self) -> Iterator[Self]:
        """Answers inside."""
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}).start()
        try:
            yield self
        finally:
            self.shutdown()
            self.server_close()


class _Writing(StreamRequestHandler):
    """Reads as RFC 9112 says and answers whose request it was."""

    def handle(self) -> None:
        service = cast(Listener, self.server)
        try:
            while (heard := self._heard()) is not None:
                service.heard.append(heard)
                body = (
                    service.body
                    or json.dumps({"line": heard.line, "subject": heard.claims["sub"]}).encode()
                )
                head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                self.wfile.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
        except (ConnectionError, EOFError):
            service.broken += 1

    def _heard(self) -> Heard | None:
        line = self.rfile.readline().decode().strip()
        if not line:
            return None
        fields = []
        while (field := self.rfile.readline()) not in END:
            name, _, value = field.decode().partition(":")
            fields.append((name.lower(), value.strip()))
        named = dict(fields)
        if "transfer-encoding" in named:
            return Heard(line, tuple(fields), self._chunks())
        return Heard(line, tuple(fields), self._exactly(int(named.get("content-length", 0))))

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline() or self._cut_off(), 16):
            body += self._exactly(size)
            self.rfile.readline()
        while self.rfile.readline() not in END:
            pass
        return body

    def _exactly(self, size: int) -> bytes:
        read = self.rfile.read(size)
        return read if len(read) == size else self._cut_off()

    @staticmethod
    def _cut_off() -> bytes:
        raise EOFError


class Listener(Behind):
    """A service that takes everything and writes down what was whole."""

    handler = _Writing

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Heard] = []
        self.broken = 0
        self.body = b""


class _Lying(StreamRequestHandler):
    """Waits for a header to end, and says what it was told to say."""

    def handle(self) -> None:
        while self.rfile.readline() not in END:
            pass
        self.wfile.write(cast(Liar, self.server).says)


class Liar(Behind):
    """A service that answers whatever `says` holds, and hangs up."""

    handler = _Lying

    def __init__(self) -> None:
        super().__init__()
        self.says = b""
