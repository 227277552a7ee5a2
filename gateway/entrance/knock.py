"""What somebody asked, taken down once and without repair."""

import re
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote_to_bytes

from starlette.types import Scope

from gateway.entrance.unread import Encoded, NotCanonical, OtherHost

# Ids and words only: no %, no dots alone, no empty segment. The colon stands in codes.
CANONICAL = re.compile(r"/|(/[A-Za-z0-9_~-][A-Za-z0-9._~:-]*)+")
# RFC 3986, 3.4, but the semicolon, which some take for a separator; names are words.
VALUE = rb"[A-Za-z0-9._~!$'()*+,:@/?=-]*"
PAIR = rb"[A-Za-z0-9_-]+=" + VALUE + rb"(?:%[0-9A-Fa-f]{2}" + VALUE + rb")*"
PARAMETERS = re.compile(PAIR + rb"(?:&" + PAIR + rb")*")
UNPRINTED = re.compile(r"[\x00-\x1f\x7f]")
HOST = re.compile(r"(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
ONCE = frozenset(
    {b"authorization", b"host", b"x-acting-as", b"x-request-id", b"content-length", b"if-match"}
    | {b"idempotency-key", b"x-contribution-link", b"content-type", b"content-encoding", b"range"}
    | {b"transfer-encoding", b"traceparent", b"if-none-match", b"prefer"}
)
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Knock:
    """One request, copied at once; what is asked of it later is asked of the copy."""

    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    first: dict[bytes, bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", dict(reversed(self.headers)))

    @classmethod
    def at(cls, scope: Scope) -> Self:
        """The request as it stands now."""
        raw = scope.get("raw_path") or scope["path"].encode()
        return cls(
            scope["method"], raw.decode("latin-1"), scope["query_string"], tuple(scope["headers"])
        )

    def one(self, name: bytes) -> str:
        """A header's value, or an empty text."""
        return self.first.get(name, b"").decode("latin-1")

    @property
    def has_body(self) -> bool:
        """Whether the header fields announce one."""
        return b"content-length" in self.first or b"transfer-encoding" in self.first

    @property
    def language(self) -> str:
        """The languages the caller understands."""
        return self.one(b"accept-language")

    def must_be_canonical(self, hosts: frozenset[str] = frozenset()) -> None:
        """One Host and one of `hosts`, nothing twice, nothing disguised, no body to be unpacked."""
        if not CANONICAL.fullmatch(self.path):
            raise NotCanonical
        self._must_say_each_once()
        if self.query:
            self._must_be_plain_parameters()
        host = self.one(b"host")
        if not HOST.fullmatch(host):
            raise NotCanonical
        if hosts and _name(host) not in hosts:
            raise OtherHost
        if self.one(b"content-encoding").lower() not in ("", "identity"):
            raise Encoded
        if self.method in WITHOUT_BODY and self.one(b"content-length") not in ("", "0"):
            raise NotCanonical
        if self.method in WITHOUT_BODY and b"transfer-encoding" in self.first:
            raise NotCanonical

    def _must_say_each_once(self) -> None:
        if len(self.first) == len(self.headers):
            return
        names = [key for key, _ in self.headers if key in ONCE]
        if len(names) != len(set(names)):
            raise NotCanonical

    def _must_be_plain_parameters(self) -> None:
        """Each parameter once, with a value, in UTF-8: two readers must not read two things."""
        names = [pair.partition(b"=")[0] for pair in self.query.split(b"&")]
        if not PARAMETERS.fullmatch(self.query) or len(names) != len(set(names)):
            raise NotCanonical
        if b"%" not in self.query:
            return
        try:
            plain = unquote_to_bytes(self.query).decode()
        except UnicodeDecodeError as error:
            raise NotCanonical from error
        if UNPRINTED.search(plain):
            raise NotCanonical


def _name(host: str) -> str:
    """The name without the port, as names are compared."""
    name = host if host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host else host
    return name.rstrip(".").lower()
