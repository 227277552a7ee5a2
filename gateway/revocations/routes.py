"""HTTP for revocations."""

from typing import Annotated

from fastapi import Depends, Query, Request

from gateway.people.revoked import Revocations
from gateway.revocations import actions, queries
from gateway.revocations.schema import RevocationDraft, RevocationView
from shared.access import CurrentCaller
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter

router = SliceRouter("revocations")


async def present_revocations(request: Request) -> Revocations:
    """What this gateway holds in memory of them."""
    revocations = request.app.state.revocations
    assert isinstance(revocations, Revocations)
    return revocations


@router.get("", act="revocation.read")
async def browse(
    session: Session,
    paging: Paged,
    subject: Annotated[str | None, Query(max_length=255)] = None,
) -> Page[RevocationView]:
    """The latest revocations of one's own unit: what no longer holds, and why."""
    found = await queries.newest(session, paging, subject=subject)
    return found.shown(RevocationView.model_validate)


@router.post("", act="revocation.enter")
async def enter(
    session: Session,
    caller: CurrentCaller,
    held: Annotated[Revocations, Depends(present_revocations)],
    draft: RevocationDraft,
) -> RevocationView:
    """Let one token, or all tokens of a person so far, no longer hold. A new sign-in does."""
    revocation = await actions.enter(session, caller, draft, held.believed_about(caller.unit))
    held.add(revocation)
    return RevocationView.model_validate(revocation)
