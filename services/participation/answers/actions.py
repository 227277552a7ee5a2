"""What can be done with answers: load, prove the relation, apply the rule, change, note."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.participation.answers import queries, rules
from services.participation.answers.model import Answer, AnswerVersion, Summary
from services.participation.answers.schema import (
    AnswerDraft,
    AnswerRevision,
    AnswerView,
    SummaryDraft,
    VersionView,
)
from services.participation.items import actions as on_items
from services.participation.items import queries as items
from services.participation.routing import queries as routing
from shared import journal
from shared.access import Caller
from shared.clock import now
from shared.conditional import Match
from shared.rows import Visibility

Written = tuple[Answer, list[AnswerVersion]]


def shown(answer: Answer, versions: list[AnswerVersion]) -> AnswerView:
    """An answer as its reader may read it; also the state that a change has to name."""
    views = [VersionView.model_validate(version.model_dump()) for version in versions]
    last = rules.published(versions)
    published = next((view for view in views if last and view.id == last.id), None)
    return AnswerView.model_validate(
        answer.model_dump() | {"published": published, "versions": views}
    )


async def draft(
    session: AsyncSession, caller: Caller, item_id: UUID, words: AnswerDraft
) -> Written:
    """Begin the answer of the office that has the item in hand."""
    item = await items.one(session, item_id, in_turn=True)
    acceptance = rules.word_of(await routing.acceptances(session, item.id), caller.unit)
    caller.must_own(acceptance)
    on_items.must_be_said_still(item)
    if await queries.of_unit(session, item.id, caller.unit):
        raise rules.AlreadyDrafted(unit=caller.unit)
    answer = Answer(
        unit=caller.unit,
        item_id=item.id,
        acceptance_id=acceptance.id,
        visibility=Visibility.UNIT,
    )
    session.add(answer)
    await session.flush()
    return answer, [await _write(session, caller, answer, 1, words.model_dump())]


async def revise(
    session: AsyncSession, caller: Caller, answer_id: UUID, match: Match, revision: AnswerRevision
) -> Written:
    """Write the next version; those before it stay as they are."""
    answer, versions = await _in_hand(session, caller, answer_id)
    match.must_be(shown(answer, versions))
    words = {name: getattr(versions[0], name) for name in rules.WORDS}
    words |= revision.model_dump(exclude_none=True)
    rules.gives_reasons(words)
    version = await _write(session, caller, answer, versions[0].number + 1, words)
    return answer, [version, *versions]


async def publish(
    session: AsyncSession, caller: Caller, answer_id: UUID, match: Match, number: int
) -> Written:
    """Let everybody who reads the item read this version; the unit's lead decides that."""
    answer, versions = await _in_hand(session, caller, answer_id)
    match.must_be(shown(answer, versions))
    version = rules.version_named(versions, number)
    item = await items.one(session, answer.item_id)
    version.published_at = now()
    for row in (answer, version):
        row.visibility, row.shared_with = item.visibility, [item.unit]
    await journal.note(session, caller, answer, version)
    return answer, versions


async def summarise(
    session: AsyncSession, caller: Caller, item_id: UUID, words: SummaryDraft
) -> Summary:
    """Sum up in the coordination's own words; no office's row is touched."""
    item = await items.one(session, item_id, in_turn=True)
    summary = Summary(
        unit=caller.unit,
        item_id=item.id,
        visibility=item.visibility,
        shared_with=[item.unit],
        text=words.text,
    )
    caller.must_own(summary)
    caller.must_be_in_region(*await on_items.areas(session, item))
    on_items.must_be_said_still(item)
    session.add(summary)
    await journal.note(session, caller, summary)
    return summary


async def _in_hand(session: AsyncSession, caller: Caller, answer_id: UUID) -> Written:
    """The caller's own answer to an item that is still in its unit's hands."""
    answer = await queries.one(session, answer_id)
    caller.must_own(answer)
    await items.one(session, answer.item_id, in_turn=True)
    await session.refresh(answer)
    rules.still_in_hand(await routing.acceptances(session, answer.item_id), answer.unit)
    return answer, (await queries.versions(session, [answer]))[answer.id]


async def _write(
    session: AsyncSession, caller: Caller, answer: Answer, number: int, words: dict[str, Any]
) -> AnswerVersion:
    version = AnswerVersion(
        unit=caller.unit,
        answer_id=answer.id,
        number=number,
        visibility=Visibility.UNIT,
        text_hash=rules.fingerprint(words),
        **words,
    )
    session.add(version)
    await journal.note(session, caller, version)
    return version
