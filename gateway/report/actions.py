"""Putting the report together: the gateway's own figures, and those of every service."""

import asyncio
import time

from gateway.contracts import HERE
from gateway.report import queries, rules
from gateway.report.schema import Deeds, PartReport, Report
from gateway.tallies import Tallies
from shared.access import Caller
from shared.authority import PAGE, Hat, Role
from shared.clock import now
from shared.database import Sessions, speaking
from shared.tally import Period, Tally, counted

READER = Caller("gateway", Hat(), PAGE["authority.report"])
KEPT_FOR, KEPT_INCOMPLETE_FOR = 30.0, 3.0
MOST_KEPT = 64


class Reports:
    """Reports as they are asked for; one is made at a time and kept a while.

    Anybody may ask, for any period, and each costs every database a walk through its journal.
    """

    def __init__(self, sessions: Sessions, tallies: Tallies) -> None:
        self._sessions, self._tallies = sessions, tallies
        self._kept: dict[Period, tuple[float, Report]] = {}
        self._turn = asyncio.Lock()

    async def of(self, period: Period) -> Report:
        """What the coordination did and was refused in a period, not older than KEPT_FOR."""
        async with self._turn:
            until, found = self._kept.get(period, (0.0, None))
            if found is None or until < time.monotonic():
                found = await self._made(period)
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                known = found.rows_of_other_units is not None
                life = KEPT_FOR if known else KEPT_INCOMPLETE_FOR
                self._kept[period] = (time.monotonic() + life, found)
            return found

    async def _made(self, period: Period) -> Report:
        # First the others, who may be slow: a connection of ours is not to wait for them.
        told = await self._tallies.of(period)
        async with speaking(self._sessions, READER) as session:
            own = await counted(session, period)
            refused = await queries.refused(session, period)
        parts = [of_part(part, tally) for part, tally in ({HERE: own} | told).items()]
        return Report(
            since=period.since,
            until=period.until,
            at=now(),
            rows_of_other_units=rules.together([part.rows_of_other_units for part in parts]),
            parts=parts,
            refused=refused,
        )


def of_part(part: str, tally: Tally | None) -> PartReport:
    """A part's share in the report; None stands for a part that did not answer."""
    if tally is None:
        return PartReport(
            part=part, away=True, deeds=[], rows_of_other_units=None, head=None, sealed_at=None
        )
    counts = rules.theirs(tally.counts)
    return PartReport(
        part=part,
        away=False,
        deeds=[Deeds(role=Role(each.role), act=each.act, count=each.entries) for each in counts],
        rows_of_other_units=sum(each.others for each in counts),
        head=tally.head,
        sealed_at=tally.sealed_at,
    )
