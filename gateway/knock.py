"""What somebody asked, taken down once and without repair."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from starlette.types import Scope

from shared.problems import Refused

# Ids and words only: no %, no dots alone, no empty segment. The colon stands in codes.
CANONICAL = re.compile(r"/|(/[A-Za-z0-9_~-][A-Za-z0-9._~:-]*)+")
ONCE = frozenset(
    {b"authorization", b"host", b"x-acting-as", b"x-request-id", b"content-length", b"if-match"}
    | {b"idempotency-key", b"x-contribution-link", b"content-type"}
)


class NotCanonical(Refused):
    """The request line or a header is ambiguous; we refuse it and do not guess."""

    status = HTTPStatus.BAD_REQUEST
    de = "Adresse oder Kopfzeilen sind nicht eindeutig."
    en = "The address or the header fields are ambiguous."


@dataclass(frozen=True, slots=True)
class Knock:
    """One request, copied at once: uvicorn appends late trailers to the scope's headers."""

    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def at(cls, scope: Scope) -> Self:
        """The request as it stands now."""
        raw = scope.get("raw_path") or scope["path"].encode()
        return cls(
            scope["method"], raw.decode("latin-1"), scope["query_string"], tuple(scope["headers"])
        )

    def one(self, name: bytes) -> str:
        """A header's value, or an empty text."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name), "")

    @property
    def has_body(self) -> bool:
        """Whether the header fields announce one."""
        return any(key in (b"content-length", b"transfer-encoding") for key, _ in self.headers)

    @property
    def language(self) -> str:
        """The languages the caller understands."""
        return self.one(b"accept-language")

    def must_be_canonical(self) -> None:
        """One Host, nothing twice that must be single, a path without disguise."""
        names = [key for key, _ in self.headers if key in ONCE]
        if (
            len(names) != len(set(names))
            or b"host" not in names
            or not CANONICAL.fullmatch(self.path)
        ):
            raise NotCanonical
