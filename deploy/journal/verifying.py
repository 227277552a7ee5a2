"""Recomputes a journal's chain with nothing but the rows and hashlib, and says where it breaks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

import psycopg
from psycopg.sql import SQL, Composed

from shared.chain import CANONICAL, DIGESTED

AT_ONCE = 2_000
ENTRIES = SQL(
    """SELECT xact::text::bigint, seq, {canonical} AS canonical, digest, salt,
    {digested} AS digested, said IS NULL AS erased,
    CASE act WHEN 'journal.erase' THEN said->>'erased' END AS noted
    FROM journal ORDER BY xact, seq"""
).format(canonical=SQL(CANONICAL), digested=SQL(DIGESTED))
SEALS = SQL("""SELECT n, first_xact::text::bigint, first_seq, last_xact::text::bigint, last_seq,
    entries, previous, hash FROM seal ORDER BY n""")
TOTALS = """SELECT (SELECT count(*) FROM journal), (SELECT coalesce(sum(entries), 0)::bigint
    FROM seal), (SELECT count(*) FROM journal WHERE said IS NULL)"""


class Broken(Exception):
    """The first place at which the rows are not what was sealed, in both languages."""

    def __init__(self, de: str, en: str) -> None:
        super().__init__(f"{de} | {en}")


class Entry(NamedTuple):
    """An entry as it stands, and the text it is hashed as."""

    xact: int
    seq: int
    canonical: str
    digest: bytes
    salt: bytes | None
    digested: str
    erased: bool
    noted: str | None

    @property
    def place(self) -> tuple[int, int]:
        """Where it comes in the order of the feed."""
        return self.xact, self.seq

    def must_be_what_was_said(self) -> None:
        """Go on if the digest is that of what is said; what was erased can no longer be asked."""
        if self.erased:
            return
        if sha256((self.salt or b"") + self.digested.encode()).digest() != bytes(self.digest):
            raise Broken(
                f"Eintrag {self.seq}: Was darin gesagt ist, wurde geändert.",
                f"Entry {self.seq}: what is said in it was changed.",
            )


class Seal(NamedTuple):
    """A seal as it stands."""

    n: int
    first_xact: int
    first_seq: int
    last_xact: int
    last_seq: int
    entries: int
    previous: bytes
    hash: bytes


@dataclass(slots=True)
class Verdict:
    """What a journal holds, and the first place at which it is broken, if it is."""

    part: str
    entries: int
    sealed: int
    erased: int
    head: str | None = None
    anchored: bool = False
    broken: Broken | None = None

    @property
    def unsealed(self) -> int:
        """How many entries wait for their seal."""
        return max(self.entries - self.sealed, 0)


def verify(
    connection: psycopg.Connection,
    part: str,
    *,
    anchor: str | None = None,
    begin: Callable[[int], Callable[[], None]] = lambda _: lambda: None,
) -> Verdict:
    """Recompute the whole chain of `part` as its owner sees it.

    `anchor` is a head that was kept elsewhere; `begin` is told how many entries there are and
    gives what is called after each.
    """
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction():
        totals = connection.execute(TOTALS).fetchone()
        assert totals is not None
        verdict = Verdict(part, *totals)
        entries = Entries(connection, begin(verdict.entries))
        try:
            _walk(connection, verdict, entries, anchor)
        except Broken as broken:
            verdict.broken = broken
    return verdict


class Entries:
    """The entries in the order of the feed, each checked as it is taken."""

    def __init__(self, connection: psycopg.Connection, step: Callable[[], None]) -> None:
        self._rows = (Entry(*row) for row in streamed(connection, "entries", ENTRIES))
        self._next = next(self._rows, None)
        self._step = step
        self.erased, self.noted = 0, 0

    def until(self, place: tuple[int, int] | None) -> Iterator[Entry]:
        """Those up to `place`, or all that are left."""
        while self._next and (place is None or self._next.place <= place):
            entry, self._next = self._next, next(self._rows, None)
            entry.must_be_what_was_said()
            self.erased += entry.erased
            self.noted += int(entry.noted or 0)
            self._step()
            yield entry


def streamed(connection: psycopg.Connection, name: str, statement: SQL | Composed) -> Iterator[Any]:
    """The rows of a statement through a cursor of the server's, so that memory does not grow."""
    with connection.cursor(name) as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(statement)
        yield from cursor


def _walk(
    connection: psycopg.Connection, verdict: Verdict, entries: Entries, anchor: str | None
) -> None:
    head = sha256(verdict.part.encode()).digest()
    for seal in (Seal(*row) for row in streamed(connection, "seals", SEALS)):
        if bytes(seal.previous) != head:
            raise Broken(
                f"Siegel {seal.n} schließt nicht an das vorige an: eins fehlt oder ist gefälscht.",
                f"Seal {seal.n} does not follow the one before: one is missing or forged.",
            )
        _must_hold(seal, list(entries.until((seal.last_xact, seal.last_seq))))
        head, verdict.head = bytes(seal.hash), bytes(seal.hash).hex()
        verdict.anchored |= verdict.head == anchor
    for _ in entries.until(None):
        pass
    if entries.erased != entries.noted:
        raise Broken(
            f"{entries.erased} Einträge sind geleert, vermerkt ist das von {entries.noted}.",
            f"{entries.erased} entries are emptied; of {entries.noted} this is on record.",
        )


def _must_hold(seal: Seal, entries: list[Entry]) -> None:
    """Go on if these are the entries that the seal was made over."""
    if missing := max(seal.entries - len(entries), 0):
        raise Broken(
            f"Siegel {seal.n} (bis Eintrag {seal.last_seq}): {missing} von {seal.entries} fehlen.",
            f"Seal {seal.n} (up to entry {seal.last_seq}): {missing} of {seal.entries} are gone.",
        )
    if more := len(entries) - seal.entries:
        raise Broken(
            f"Siegel {seal.n} (bis Eintrag {seal.last_seq}): {more} wurden eingeschoben.",
            f"Seal {seal.n} (up to entry {seal.last_seq}): {more} were slipped in.",
        )
    folded = sha256(bytes(seal.previous))
    for entry in entries:
        folded.update(sha256(entry.canonical.encode()).digest())
    ends = (entries[0].place, entries[-1].place)
    if folded.digest() != bytes(seal.hash) or ends != (
        (seal.first_xact, seal.first_seq),
        (seal.last_xact, seal.last_seq),
    ):
        raise Broken(
            f"Siegel {seal.n} (Einträge {ends[0][1]} bis {ends[1][1]}): "
            "einer wurde geändert, vertauscht oder ersetzt, oder das Siegel ist gefälscht.",
            f"Seal {seal.n} (entries {ends[0][1]} to {ends[1][1]}): "
            "one was changed, swapped or replaced, or the seal is forged.",
        )
