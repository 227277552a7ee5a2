"""Putting the report together: the gateway's own figures, and those of every service."""

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.report import queries, rules
from gateway.report.schema import Deeds, PartReport, Report
from gateway.tallies import Tallies
from shared.authority import Role
from shared.clock import now
from shared.tally import Period, Tally, counted


async def report(session: AsyncSession, tallies: Tallies, period: Period) -> Report:
    """What the coordination did and was refused in a period."""
    own = await counted(session, period)
    refused = await queries.refused(session, period)
    asked = {"gateway": own} | await tallies.of(period)
    parts = [of_part(part, tally) for part, tally in asked.items()]
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
