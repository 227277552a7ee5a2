"""What can be done with topics: load, prove the relation, apply the rule, change, note."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.topics import queries, rules
from services.registry.topics.model import Topic, TopicProposal
from services.registry.topics.schema import (
    TopicDraft,
    TopicProposalDraft,
    TopicRevision,
    TopicView,
)
from shared import journal
from shared.access import Caller
from shared.conditional import Match
from shared.problems import NotFound


async def enter(session: AsyncSession, caller: Caller, draft: TopicDraft) -> Topic:
    """Add a topic to the tree."""
    topic = Topic(unit=caller.unit, **draft.model_dump())
    caller.must_own(topic)
    tree = await queries.tree(session, in_turn=True)
    rules.is_new(topic.code, tree)
    rules.fits(topic, tree)
    session.add(topic)
    await journal.note(session, caller, topic)
    return topic


async def revise(
    session: AsyncSession, caller: Caller, code: str, match: Match, draft: TopicRevision
) -> Topic:
    """Rename, move or retire one's own topic; requests and responsibilities keep naming it."""
    tree = await queries.tree(session, in_turn=True)
    topic = tree.get(code)
    if topic is None:
        raise NotFound
    caller.must_own(topic)
    match.must_be(TopicView.model_validate(topic))
    for name, said in draft.model_dump(exclude_unset=True).items():
        setattr(topic, name, said)
    rules.fits(topic, tree)
    await journal.note(session, caller, topic)
    return topic


async def propose(
    session: AsyncSession, caller: Caller, draft: TopicProposalDraft
) -> TopicProposal:
    """Say which topic or word is missing; the tree stays as it is."""
    proposal = TopicProposal(unit=caller.unit, **draft.model_dump())
    caller.must_own(proposal)
    for code in (proposal.topic, proposal.parent):
        if code is not None:
            await queries.named(session, code)
    session.add(proposal)
    await journal.note(session, caller, proposal)
    return proposal
