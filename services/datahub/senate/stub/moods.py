"""How a stub partner behaves, and misbehaves as real ones do."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Any
from zlib import crc32

from fastapi import Response
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse

from services.datahub.senate.stub.world import Entry

MAINTENANCE = "<!doctype html><title>Wartung</title><p>Das System wird gerade gewartet."


class Mode(StrEnum):
    """What a partner is like."""

    NORMAL = "normal"
    SLOW = "slow"
    FAILING = "failing"
    HTML = "html"
    DUPLICATES = "duplicates"
    SHUFFLED = "shuffled"
    CUT = "cut"


ORDERLY = (Mode.NORMAL, Mode.SLOW, Mode.DUPLICATES, Mode.SHUFFLED)


@dataclass
class Mood:
    """One partner's mode. One that fails first answers `after_pages` pages as it should.

    After `recovers_after` bad answers it is well again; without that it never is.
    """

    mode: Mode = Mode.NORMAL
    after_pages: int = 0
    recovers_after: int | None = None
    seconds: float = 1.0
    pages: int = 0
    bad: int = 0

    async def answer(self, body: dict[str, Any], *, page: bool) -> Response:
        """`body`, or what this mood makes of it."""
        if self.mode is Mode.SLOW:
            await asyncio.sleep(self.seconds)
        if self._is_well(page=page):
            self.pages += page
            return JSONResponse(body)
        self.bad += 1
        if self.mode is Mode.FAILING:
            return JSONResponse({"error": "überlastet"}, 503)
        if self.mode is Mode.HTML:
            return HTMLResponse(MAINTENANCE)
        return cut(body)

    def _is_well(self, *, page: bool) -> bool:
        first = self.pages < self.after_pages or (self.after_pages > 0 and not page)
        return self.mode in ORDERLY or first or self.bad == self.recovers_after

    @property
    def order(self) -> str:
        """The order in which this mood tells; a cursor of another order leads nowhere."""
        return self.mode if self.mode in (Mode.DUPLICATES, Mode.SHUFFLED) else "time"

    def ranked(self, entries: Sequence[Entry]) -> list[tuple[str, Entry]]:
        """The entries in this mood's order, with what it tells twice or too late.

        A rank belongs to its entry and stays when others change, so a cursor skips nobody.
        """
        in_time = [(by_time(entry), entry) for entry in entries]
        if self.mode is Mode.DUPLICATES:
            again = [(f"again {by_chance(entry)}", entry) for entry in entries]
            return sorted(in_time + again, key=itemgetter(0))
        if self.mode is Mode.SHUFFLED:
            late = [entry.former for entry in entries if entry.former]
            return sorted(
                ((by_chance(entry), entry) for entry in (*entries, *late)), key=itemgetter(0)
            )
        return sorted(in_time, key=itemgetter(0))


def by_time(entry: Entry) -> str:
    """A rank that follows the instant of the last change."""
    return f"{entry.modified.isoformat(timespec='microseconds')} {entry.id}"


def by_chance(entry: Entry) -> str:
    """A rank that follows nothing."""
    told = by_time(entry)
    return f"{crc32(told.encode()):010} {told}"


def cut(body: dict[str, Any]) -> Response:
    """An answer whose connection breaks in the middle."""
    whole = json.dumps(body).encode()

    async def half() -> AsyncIterator[bytes]:
        yield whole[: len(whole) // 2]
        raise ConnectionAbortedError("cut, as told")

    return StreamingResponse(
        half(), media_type="application/json", headers={"content-length": str(len(whole))}
    )
