"""The same key and the same request give the same answer, once: retries do nothing twice."""

from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from fastapi import Request, Response
from sqlalchemy import column, insert, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access import Caller
from shared.database import take_turns
from shared.problems import KeyReused, Refused
from shared.rows import Migration, protect

LONGEST_KEY = 255
REPLAYED = "idempotent-replayed"

KEPT = table(
    "idempotency",
    column("unit"),
    column("subject"),
    column("key"),
    column("fingerprint"),
    column("status"),
    column("body"),
    column("visibility"),
    column("shared_with"),
)

CREATE = """
CREATE TABLE idempotency (
    unit text NOT NULL,
    subject text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status smallint NOT NULL,
    body text NOT NULL,
    visibility text NOT NULL DEFAULT 'unit' CHECK (visibility = 'unit'),
    shared_with text[] NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (unit, subject, key)
);
CREATE INDEX ix_idempotency_at ON idempotency (at);
"""


class KeyTooLong(Refused):
    """A key is a short opaque text, best a UUID."""

    status = HTTPStatus.BAD_REQUEST
    de = "Der Idempotency-Key ist leer oder zu lang; nehmen Sie eine UUID."
    en = "The Idempotency-Key is empty or too long; use a UUID."


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request under a key, of one subject speaking for one unit."""

    caller: Caller
    key: str
    fingerprint: str

    async def former(self, session: AsyncSession) -> Response | None:
        """The answer this attempt got before; twins wait here for each other."""
        await take_turns(session, f"{self.caller.unit} {self.caller.subject} {self.key}")
        # For the unit's own eyes: the row policy hides it from every other unit.
        found = (
            await session.execute(
                select(KEPT.c.fingerprint, KEPT.c.status, KEPT.c.body).where(
                    KEPT.c.unit == self.caller.unit,
                    KEPT.c.subject == self.caller.subject,
                    KEPT.c.key == self.key,
                )
            )
        ).first()
        if found is None:
            return None
        if found.fingerprint != self.fingerprint:
            raise KeyReused
        self.caller.repeats()
        return Response(found.body, found.status, {REPLAYED: "true"}, media_type="application/json")

    async def keep(self, session: AsyncSession, status: int, body: str) -> None:
        """Remember the answer, in the transaction that made it true."""
        await session.execute(
            insert(KEPT).values(
                unit=self.caller.unit,
                subject=self.caller.subject,
                key=self.key,
                fingerprint=self.fingerprint,
                status=status,
                body=body,
            )
        )


async def attempt(request: Request, caller: Caller) -> Attempt | None:
    """The attempt this request is; None where no key was sent."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY:
        raise KeyTooLong
    said = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return Attempt(caller, key, sha256(said + await request.body()).hexdigest())


def create(op: Migration, *, role: str) -> None:
    """Give a new database the table of answers already given."""
    op.execute(CREATE)
    protect(op, "idempotency", role=role, rights="SELECT, INSERT")
