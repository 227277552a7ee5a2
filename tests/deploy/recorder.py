"""A service that keeps every byte it hears, and answers with header fields nobody should get."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    b'ETag: "1"\r\nIdempotent-Replayed: true\r\nServer: recorder\r\nX-Powered-By: recorder\r\n'
    b"Set-Cookie: who=alice\r\nX-Refusal: not-yours\r\nX-Request-Id: another\r\n"
    b"X-Contribution-Link: another\r\nX-Internal-Authorization: Bearer secret\r\n"
    b"Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Credentials: true\r\n"
    b"X-Accel-Redirect: /.decision\r\n\r\n{}"
)


class Recorder(socketserver.ThreadingTCPServer):
    """Listens on a port of its own; `heard` holds the requests, head and body."""

    daemon_threads = True

    def __init__(self, answer: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Listening)
        self.answer = answer
        self.heard: list[bytes] = []

    @property
    def place(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def lines(self) -> list[str]:
        """The request lines it heard."""
        return [each.split(b"\r\n")[0].decode("latin-1") for each in self.heard]

    def fields(self) -> dict[str, str]:
        """The header fields of the last request; fails where one stands twice."""
        head = self.heard[-1].partition(b"\r\n\r\n")[0].decode("latin-1")
        pairs = [line.partition(": ")[::2] for line in head.split("\r\n")[1:]]
        found = {name.lower(): value for name, value in pairs}
        assert len(found) == len(pairs), pairs
        return found


class _Listening(socketserver.StreamRequestHandler):
    server: Recorder

    def handle(self) -> None:
        while head := self._head():
            length = [
                int(line.split(b":")[1])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length:")
            ]
            self.server.heard.append(head + self.rfile.read(sum(length)))
            self.wfile.write(self.server.answer)

    def _head(self) -> bytes:
        head = b""
        while line := self.rfile.readline():
            head += line
            if line == b"\r\n":
                return head
        return b""


@contextmanager
def a_recorder(answer: bytes = ANSWER) -> Iterator[Recorder]:
    """A recorder that gives this answer, gone afterwards."""
    with Recorder(answer) as recorder:
        threading.Thread(target=recorder.serve_forever, daemon=True).start()
        try:
            yield recorder
        finally:
            recorder.shutdown()
