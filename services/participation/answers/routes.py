"""HTTP for answers: parse, call, answer."""

from uuid import UUID

from services.participation.answers import actions, queries
from services.participation.answers.actions import shown
from services.participation.answers.schema import (
    AnswerDraft,
    AnswerRevision,
    AnswersPage,
    AnswerView,
    PublicationDraft,
    SummaryDraft,
    SummaryView,
)
from services.participation.items import queries as items
from shared.access import CurrentCaller
from shared.conditional import IfMatch
from shared.database import Session
from shared.paging import Paged
from shared.routing import SliceRouter

router = SliceRouter("", tag="answers")


@router.get("/items/{item_id}/answers", act="answer.read")
async def of_item(session: Session, paging: Paged, item_id: UUID) -> AnswersPage:
    """What the offices answered; in `editorial`, apart from it, what the coordination sums up."""
    await items.one(session, item_id)
    found = await queries.newest(session, paging, item_id)
    versions = await queries.versions(session, found.records)
    page = found.shown(lambda answer: shown(answer, versions[answer.id]))
    editorial = await queries.summaries(session, item_id)
    return AnswersPage(
        **dict(page), editorial=[SummaryView.model_validate(each) for each in editorial]
    )


@router.post("/items/{item_id}/answers", act="answer.draft")
async def draft(
    session: Session, caller: CurrentCaller, item_id: UUID, words: AnswerDraft
) -> AnswerView:
    """Begin an answer to an item that your office has taken on. Nobody else reads the draft."""
    return shown(*await actions.draft(session, caller, item_id, words))


@router.get("/answers/{answer_id}", act="answer.read")
async def read(session: Session, answer_id: UUID) -> AnswerView:
    """An answer: the version that counts, and every other one that may be read."""
    answer = await queries.one(session, answer_id)
    return shown(answer, (await queries.versions(session, [answer]))[answer.id])


@router.patch("/answers/{answer_id}", act="answer.revise")
async def revise(
    session: Session,
    caller: CurrentCaller,
    answer_id: UUID,
    match: IfMatch,
    revision: AnswerRevision,
) -> AnswerView:
    """Write the next version of your office's answer; the former ones stay."""
    return shown(*await actions.revise(session, caller, answer_id, match, revision))


@router.post("/answers/{answer_id}/publication", act="answer.publish")
async def publish(
    session: Session,
    caller: CurrentCaller,
    answer_id: UUID,
    match: IfMatch,
    chosen: PublicationDraft,
) -> AnswerView:
    """Publish exactly one version of your office's answer; its lead decides that."""
    return shown(*await actions.publish(session, caller, answer_id, match, chosen.version))


@router.post("/items/{item_id}/summaries", act="answer.summarise")
async def summarise(
    session: Session, caller: CurrentCaller, item_id: UUID, words: SummaryDraft
) -> SummaryView:
    """Sum up where an item stands, in your own words; it never becomes part of an answer."""
    return SummaryView.model_validate(await actions.summarise(session, caller, item_id, words))
