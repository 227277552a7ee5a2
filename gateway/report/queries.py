"""Every SQL statement of the report; the gateway's own refusals, counted."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from gateway.refusals.model import Refusal
from gateway.report.schema import Refusals
from shared.authority import COORDINATION, Role
from shared.tally import Period


async def refused(session: AsyncSession, period: Period) -> list[Refusals]:
    """What the coordination was refused in a period, by role, act and rule."""
    within = period.bounds()
    keys = (col(Refusal.role), col(Refusal.act), col(Refusal.rule))
    statement = (
        select(*keys, func.count())
        .where(
            col(Refusal.role).in_(COORDINATION),
            col(Refusal.created_at) >= within["since"],
            col(Refusal.created_at) < within["before"],
        )
        .group_by(*keys)
        .order_by(*keys)
    )
    rows = await session.execute(statement)
    return [
        Refusals(role=Role(role), act=act, rule=rule, count=count)
        for role, act, rule, count in rows
    ]
