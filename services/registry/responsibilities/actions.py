"""What can be done in the ledger: load, prove the relation, apply the rule, change, note."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.responsibilities import queries, rules
from services.registry.responsibilities.model import (
    Contest,
    Origin,
    Responsibility,
    ResponsibilityProposal,
)
from services.registry.responsibilities.schema import (
    ConfirmationDraft,
    ContestDraft,
    DecisionDraft,
    EndingDraft,
    ResponsibilityProposalDraft,
)
from services.registry.topics import queries as topics
from shared import journal
from shared.access import Caller
from shared.clock import today


async def propose(
    session: AsyncSession, caller: Caller, draft: ResponsibilityProposalDraft
) -> ResponsibilityProposal:
    """Say who should be responsible; nobody is, until that unit or the Bezirksamt says so."""
    proposal = ResponsibilityProposal(unit=caller.unit, **draft.model_dump())
    caller.must_own(proposal)
    caller.must_be_in_region(proposal.area)
    await topics.named(session, proposal.topic)
    session.add(proposal)
    await journal.note(session, caller, proposal)
    return proposal


async def confirm(
    session: AsyncSession, caller: Caller, draft: ConfirmationDraft
) -> Responsibility:
    """Say that one's own unit is responsible."""
    said = draft.model_dump()
    row = Responsibility(unit=caller.unit, origin=Origin.CONFIRMED, holder=caller.unit, **said)
    return await _enter(session, caller, row)


async def decide(session: AsyncSession, caller: Caller, draft: DecisionDraft) -> Responsibility:
    """Record the Bezirksamt's decision on who is responsible."""
    row = Responsibility(unit=caller.unit, origin=Origin.DECIDED, **draft.model_dump())
    return await _enter(session, caller, row)


async def _enter(session: AsyncSession, caller: Caller, row: Responsibility) -> Responsibility:
    caller.must_own(row)
    rules.is_at_home(row)
    await topics.named(session, row.topic)
    if row.proposal_id is not None:
        rules.answers(row, await queries.one_proposal(session, row.proposal_id))
    rules.is_free(row, await queries.said_before(session, row))
    session.add(row)
    await journal.note(session, caller, row)
    return row


async def end(
    session: AsyncSession, caller: Caller, responsibility_id: UUID, draft: EndingDraft
) -> Responsibility:
    """End what one's own unit confirmed or decided, from today or a later day on."""
    row = await queries.one(session, responsibility_id, in_turn=True)
    caller.must_own(row)
    row.ended_on = rules.ending_day(row, draft.ended_on, today())
    row.ending_reason = draft.reason
    await journal.note(session, caller, row)
    return row


async def contest(
    session: AsyncSession, caller: Caller, responsibility_id: UUID, draft: ContestDraft
) -> Contest:
    """Object to a decision that names one's own unit; it counts on, visibly disputed."""
    row = await queries.one(session, responsibility_id, in_turn=True)
    caller.must_be_addressee_of(row)
    rules.can_be_contested(row, today())
    objection = Contest(
        unit=caller.unit,
        responsibility_id=row.id,
        contested_on=today(),
        **draft.model_dump(),
    )
    session.add(objection)
    await journal.note(session, caller, objection)
    return objection


async def contest_proposal(
    session: AsyncSession, caller: Caller, proposal_id: UUID, draft: ContestDraft
) -> Contest:
    """Object to a proposal that names one's own unit."""
    proposal = await queries.one_proposal(session, proposal_id)
    caller.must_be_addressee_of(proposal)
    objection = Contest(
        unit=caller.unit, proposal_id=proposal.id, contested_on=today(), **draft.model_dump()
    )
    session.add(objection)
    await journal.note(session, caller, objection)
    return objection
