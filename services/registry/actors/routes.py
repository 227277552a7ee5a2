"""HTTP for actors: parse, call, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.registry.actors import actions, queries, rules
from services.registry.actors.model import Category
from services.registry.actors.schema import (
    ActorDraft,
    ActorRevision,
    ActorView,
    Categories,
    CategoryView,
    ListingDraft,
    SuggestionDraft,
    SuggestionView,
)
from shared.access import CurrentCaller
from shared.conditional import IfMatch
from shared.database import Session
from shared.paging import Page, Paged
from shared.routing import SliceRouter
from shared.wire import AreaKey, Line, UnitCode

router = SliceRouter("actors")


@router.get("", act="actor.read")
async def search(
    session: Session,
    paging: Paged,
    q: Annotated[Line | None, Query(description="any of its names, or nearly so")] = None,
    category: Annotated[Category | None, Query(description="and what belongs to it")] = None,
    area: Annotated[AreaKey | None, Query(description="active in it, around it or there")] = None,
    represents: UnitCode | None = None,
) -> Page[ActorView]:
    """Actors of the neighbourhoods, by name, category and area."""
    categories = rules.covered_by(category) if category else None
    found = await queries.found(
        session, paging, q=q, categories=categories, area=area, represents=represents
    )
    return found.shown(ActorView.model_validate)


@router.post("", act="actor.present")
async def present(session: Session, caller: CurrentCaller, draft: ActorDraft) -> ActorView:
    """Enter one's own organisation, initiative or facility."""
    return ActorView.model_validate(await actions.present(session, caller, draft))


@router.get("/categories", act="actor.read")
async def categories() -> Categories:
    """The code list of actors' categories."""
    return Categories(
        items=[
            CategoryView(code=code, name=kind.name, within=kind.within, aliases=list(kind.aliases))
            for code, kind in rules.CATEGORIES.items()
        ]
    )


@router.post("/listings", act="actor.list")
async def list_known(session: Session, caller: CurrentCaller, draft: ListingDraft) -> ActorView:
    """Enter an actor that the coordination knows of. It says so; the actor has not."""
    return ActorView.model_validate(await actions.list_known(session, caller, draft))


@router.patch("/listings/{actor_id}", act="actor.list")
async def revise_listing(
    session: Session, caller: CurrentCaller, actor_id: UUID, match: IfMatch, draft: ActorRevision
) -> ActorView:
    """Change what one's own coordination unit has listed."""
    return ActorView.model_validate(await actions.revise(session, caller, actor_id, match, draft))


@router.get("/{actor_id}", act="actor.read")
async def read(session: Session, actor_id: UUID) -> ActorView:
    """An actor."""
    return ActorView.model_validate(await queries.one(session, actor_id))


@router.patch("/{actor_id}", act="actor.revise")
async def revise(
    session: Session, caller: CurrentCaller, actor_id: UUID, match: IfMatch, draft: ActorRevision
) -> ActorView:
    """Change one's own entry."""
    return ActorView.model_validate(await actions.revise(session, caller, actor_id, match, draft))


@router.get("/{actor_id}/suggestions", act="actor.read")
async def suggestions(session: Session, paging: Paged, actor_id: UUID) -> Page[SuggestionView]:
    """What was suggested to change in an entry, as far as the caller may read it."""
    actor = await queries.one(session, actor_id)
    found = await queries.suggestions(session, paging, actor)
    return found.shown(SuggestionView.model_validate)


@router.post("/{actor_id}/suggestions", act="actor.propose_change")
async def suggest(
    session: Session, caller: CurrentCaller, actor_id: UUID, draft: SuggestionDraft
) -> SuggestionView:
    """Suggest a change to the unit whose entry it is. Nothing changes but what it knows."""
    return SuggestionView.model_validate(await actions.suggest(session, caller, actor_id, draft))
