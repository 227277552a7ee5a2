"""HTTP for the topic tree: parse, call, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.topics import actions, queries, rules
from services.registry.topics.model import Topic
from services.registry.topics.schema import (
    TopicBranch,
    TopicDraft,
    TopicProposalDraft,
    TopicProposalView,
    TopicRevision,
    TopicTree,
    TopicView,
)
from shared.access import CurrentCaller
from shared.conditional import IfMatch
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter
from shared.wire import Line, Slug, UnitCode

router = SliceRouter("topics")


@router.get("", act="topic.read")
async def browse(
    session: Session,
    paging: Paged,
    q: Annotated[
        Line | None,
        Query(description="words to look for, nearest first, on one page; spelling may be off"),
    ] = None,
    parent: Annotated[Slug | None, Query(description="only right below this topic")] = None,
    retired: Annotated[bool, Query(description="retired topics, too")] = False,
) -> Page[TopicView]:
    """The topics, or those that come nearest to the words somebody uses."""
    found = await queries.found(session, paging, words=q, parent=parent, retired=retired)
    return found.shown(TopicView.model_validate)


@router.post("", act="topic.enter")
async def enter(session: Session, caller: CurrentCaller, draft: TopicDraft) -> TopicView:
    """Add a topic to the tree. The Bezirksamt's steward keeps it; everybody else proposes."""
    return TopicView.model_validate(await actions.enter(session, caller, draft))


@router.get("/tree", act="topic.read")
async def tree(session: Session) -> TopicTree:
    """All topics in use, from the roots down."""
    below = rules.by_parent((await queries.tree(session)).values())

    def branch(topic: Topic) -> TopicBranch:
        children = [branch(each) for each in below.get(topic.code, [])]
        return TopicBranch.model_validate(topic.model_dump() | {"children": children})

    return TopicTree(roots=[branch(each) for each in below.get(None, [])])


@router.get("/proposals", act="topic.read")
async def browse_proposals(
    session: Session,
    paging: Paged,
    topic: Slug | None = None,
    unit: Annotated[UnitCode | None, Query(description="the proposing unit")] = None,
) -> Page[TopicProposalView]:
    """What was proposed for the tree, and by whom."""
    found = await queries.proposals(session, paging, topic=topic, unit=unit)
    return found.shown(TopicProposalView.model_validate)


@router.post("/proposals", act="topic.propose")
async def propose(
    session: Session, caller: CurrentCaller, draft: TopicProposalDraft
) -> TopicProposalView:
    """Propose a topic, or a word for one. It is there to be read; nothing follows by itself."""
    return TopicProposalView.model_validate(await actions.propose(session, caller, draft))


@router.get("/proposals/{proposal_id}", act="topic.read")
async def read_proposal(session: Session, proposal_id: UUID) -> TopicProposalView:
    """A proposal for the tree."""
    return TopicProposalView.model_validate(await queries.one_proposal(session, proposal_id))


@router.get("/{code}", act="topic.read")
async def read(session: Session, code: Slug) -> TopicView:
    """A topic, in use or retired."""
    return TopicView.model_validate(await queries.one(session, code))


@router.patch("/{code}", act="topic.revise")
async def revise(
    session: Session, caller: CurrentCaller, match: IfMatch, code: Slug, draft: TopicRevision
) -> TopicView:
    """Rename, move or retire one's own topic. It keeps its code, and a retired one its record."""
    return TopicView.model_validate(await actions.revise(session, caller, code, match, draft))
