"""HTTP for the ledger of responsibilities: parse, call, answer."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.responsibilities import actions, queries, rules
from services.registry.responsibilities.model import (
    Contest,
    Level,
    Responsibility,
    ResponsibilityProposal,
)
from services.registry.responsibilities.queries import Wanted
from services.registry.responsibilities.schema import (
    CandidateView,
    ConfirmationDraft,
    ContestDraft,
    ContestView,
    DecisionDraft,
    EndingDraft,
    LookupView,
    ResponsibilityProposalDraft,
    ResponsibilityProposalView,
    ResponsibilityView,
    explained,
    nobody,
)
from shared.access import CurrentCaller
from shared.clock import today
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter
from shared.wire import AreaKey, Day, Slug, UnitCode

router = SliceRouter("responsibilities")
OnDay = Annotated[Day | None, Query(description="as of this day; else today, by Berlin's calendar")]


def shown(row: Responsibility, contests: Sequence[Contest]) -> ResponsibilityView:
    """A responsibility with its standing, as of today."""
    standing = rules.standing(row, contests, today())
    more = {"standing": standing, "contests": [each.model_dump() for each in contests]}
    return ResponsibilityView.model_validate(row.model_dump() | more)


def shown_proposal(
    proposal: ResponsibilityProposal,
    answers: Sequence[Responsibility],
    contests: Sequence[Contest],
) -> ResponsibilityProposalView:
    """A proposal with its standing, as of today."""
    said = [(each, rules.standing(each, (), today())) for each in answers]
    standing = rules.proposal_standing(proposal, said, contests)
    more = {"standing": standing, "contests": [each.model_dump() for each in contests]}
    return ResponsibilityProposalView.model_validate(proposal.model_dump() | more)


def shown_candidate(candidate: rules.Candidate) -> CandidateView:
    """A row with the sentence that explains it."""
    contested = candidate.standing is rules.Standing.CONTESTED
    explanation = explained(
        candidate.row, candidate.topic, above=candidate.distance > 0, contested=contested
    )
    more = {"standing": candidate.standing, "explanation": explanation}
    return CandidateView.model_validate(candidate.row.model_dump() | more)


@router.get("", act="responsibility.read")
async def browse(
    session: Session,
    paging: Paged,
    topic: Slug | None = None,
    area: AreaKey | None = None,
    holder: Annotated[UnitCode | None, Query(description="the unit that is responsible")] = None,
    level: Level | None = None,
    on: Annotated[Day | None, Query(description="only what counts on this day")] = None,
) -> Page[ResponsibilityView]:
    """The ledger, the latest entries first."""
    found = await queries.listed(session, paging, Wanted(topic, area, holder, level, on))
    contests = await queries.contests(session, found.records)
    return found.shown(lambda row: shown(row, contests[row.id]))


@router.get("/lookup", act="responsibility.read")
async def lookup(session: Session, topic: Slug, area: AreaKey, on: OnDay = None) -> LookupView:
    """Who is responsible for a topic in an area, and why; a gap is shown, not filled.

    The nearest topic counts first, then its parents. For the same topic the Bezirksamt's decision
    comes before a unit's own word, and a smaller area before the one it lies in.
    """
    day = on or today()
    ledger = await queries.bearing_on(session, topic, rules.covering(area))
    finding = rules.lookup(ledger.way, ledger.rows.values(), ledger.contests, area, day)
    candidates = [shown_candidate(each) for each in finding.candidates]
    leads = finding.lead is not None
    return LookupView(
        topic=topic,
        area=area,
        on=day,
        lead=finding.lead.row.holder if finding.lead else None,
        involved=finding.holders(Level.INVOLVED),
        informed=finding.holders(Level.INFORMED),
        gap=not leads,
        disputed=finding.disputed,
        explanation=candidates[0].explanation if leads else nobody(ledger.way[0], area, day),
        candidates=candidates,
    )


@router.post("/confirmations", act="responsibility.confirm")
async def confirm(
    session: Session, caller: CurrentCaller, draft: ConfirmationDraft
) -> ResponsibilityView:
    """Confirm that one's own unit is responsible. Nobody confirms for another."""
    return shown(await actions.confirm(session, caller, draft), [])


@router.post("/decisions", act="responsibility.decide")
async def decide(
    session: Session, caller: CurrentCaller, draft: DecisionDraft
) -> ResponsibilityView:
    """Record the Bezirksamt's decision on who is responsible. The unit it names may object."""
    return shown(await actions.decide(session, caller, draft), [])


@router.get("/proposals", act="responsibility.read")
async def browse_proposals(
    session: Session,
    paging: Paged,
    topic: Slug | None = None,
    area: AreaKey | None = None,
    addressee: Annotated[UnitCode | None, Query(description="the proposed unit")] = None,
    level: Level | None = None,
) -> Page[ResponsibilityProposalView]:
    """Who was proposed, by whom, and where that stands."""
    found = await queries.proposals(session, paging, Wanted(topic, area, addressee, level))
    answers = await queries.answers(session, found.records)
    contests = await queries.contests_of_proposals(session, found.records)
    return found.shown(lambda proposal: shown_proposal(proposal, answers, contests[proposal.id]))


@router.post("/proposals", act="responsibility.propose")
async def propose(
    session: Session, caller: CurrentCaller, draft: ResponsibilityProposalDraft
) -> ResponsibilityProposalView:
    """Propose who should be responsible. Nobody becomes so by it, nor by silence."""
    return shown_proposal(await actions.propose(session, caller, draft), [], [])


@router.get("/proposals/{proposal_id}", act="responsibility.read")
async def read_proposal(session: Session, proposal_id: UUID) -> ResponsibilityProposalView:
    """A proposal and where it stands."""
    proposal = await queries.one_proposal(session, proposal_id)
    answers = await queries.answers(session, [proposal])
    contests = await queries.contests_of_proposals(session, [proposal])
    return shown_proposal(proposal, answers, contests[proposal.id])


@router.post("/proposals/{proposal_id}/contests", act="responsibility.contest")
async def contest_proposal(
    session: Session, caller: CurrentCaller, proposal_id: UUID, draft: ContestDraft
) -> ContestView:
    """Object to a proposal that names one's own unit, and say who is responsible instead."""
    objection = await actions.contest_proposal(session, caller, proposal_id, draft)
    return ContestView.model_validate(objection)


@router.get("/{responsibility_id}", act="responsibility.read")
async def read(session: Session, responsibility_id: UUID) -> ResponsibilityView:
    """A responsibility and where it stands."""
    row = await queries.one(session, responsibility_id)
    return shown(row, (await queries.contests(session, [row]))[row.id])


@router.post("/{responsibility_id}/contests", act="responsibility.contest")
async def contest(
    session: Session, caller: CurrentCaller, responsibility_id: UUID, draft: ContestDraft
) -> ContestView:
    """Object to a decision that names one's own unit. It counts on until decided anew, disputed."""
    objection = await actions.contest(session, caller, responsibility_id, draft)
    return ContestView.model_validate(objection)


@router.post("/{responsibility_id}/ending", act="responsibility.end")
async def end(
    session: Session, caller: CurrentCaller, responsibility_id: UUID, draft: EndingDraft
) -> ResponsibilityView:
    """End what one's own unit confirmed or decided, from today or a later day on."""
    row = await actions.end(session, caller, responsibility_id, draft)
    return shown(row, (await queries.contests(session, [row]))[row.id])
