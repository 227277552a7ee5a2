"""What can be done with revocations: they are entered, and nobody takes one back."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.people.issuers import RESERVED
from gateway.revocations import rules
from gateway.revocations.model import Revocation
from gateway.revocations.schema import RevocationDraft
from shared import journal
from shared.access import Caller
from shared.rows import Visibility


async def enter(
    session: AsyncSession, caller: Caller, draft: RevocationDraft, believed: Collection[str]
) -> Revocation:
    """Revoke a token, or a subject's tokens so far; `believed` may speak for the caller's unit."""
    revocation = Revocation(
        unit=caller.unit,
        visibility=Visibility.UNIT,
        shared_with=[RESERVED],  # the gate itself, which has to apply it
        **draft.model_dump(),
    )
    caller.must_own(revocation)
    rules.is_believed(revocation.issuer, caller.unit, believed)
    session.add(revocation)
    await journal.note(session, caller, revocation)
    return revocation
