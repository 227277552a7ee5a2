"""HTTP for passages."""

from typing import Annotated

from fastapi import Query

from gateway.passages import queries
from gateway.passages.schema import PassageView
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter

router = SliceRouter("passages")


@router.get("", act="passage.read")
async def browse(
    session: Session,
    paging: Paged,
    acting: Annotated[str | None, Query(max_length=100, description="a unit's code")] = None,
    act: Annotated[str | None, Query(max_length=100)] = None,
) -> Page[PassageView]:
    """The latest changes that were let pass: who did what, and how it was answered."""
    found = await queries.newest(session, paging, acting=acting, act=act)
    return found.shown(PassageView.model_validate)
