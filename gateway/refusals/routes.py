"""HTTP for refusals."""

from typing import Annotated

from fastapi import Query

from gateway.refusals import queries
from gateway.refusals.schema import RefusalView
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter

router = SliceRouter("refusals")


@router.get("", act="refusal.read")
async def browse(
    session: Session,
    paging: Paged,
    asking: Annotated[str | None, Query(max_length=100, description="a unit's code")] = None,
    act: Annotated[str | None, Query(max_length=100)] = None,
) -> Page[RefusalView]:
    """The latest refusals: who wanted what, and which rule refused."""
    found = await queries.newest(session, paging, asking=asking, act=act)
    return found.shown(RefusalView.model_validate)
