"""What can be done with actors: load, prove the relation, apply the rule, change, note."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.registry.actors import queries, rules
from services.registry.actors.model import Actor, Suggestion
from services.registry.actors.schema import (
    ActorDraft,
    ActorRevision,
    ActorView,
    ListingDraft,
    SuggestionDraft,
)
from shared import journal
from shared.access import Caller
from shared.conditional import Match
from shared.lor import concerned
from shared.names import folded


async def present(session: AsyncSession, caller: Caller, draft: ActorDraft) -> Actor:
    """Enter what a partner says of itself."""
    actor = _entered(caller, represents=caller.unit, **draft.model_dump())
    caller.must_own(actor)
    session.add(actor)
    await journal.note(session, caller, actor)
    return actor


async def list_known(session: AsyncSession, caller: Caller, draft: ListingDraft) -> Actor:
    """Enter an actor that a coordination knows of; the represented partner can read it."""
    actor = _entered(caller, **draft.model_dump())
    actor.shared_with = [draft.represents] if draft.represents else []
    caller.must_own(actor)
    caller.must_be_in_region(*actor.areas)
    session.add(actor)
    await journal.note(session, caller, actor)
    return actor


async def revise(
    session: AsyncSession, caller: Caller, actor_id: UUID, match: Match, draft: ActorRevision
) -> Actor:
    """Change one's own entry; a hat bound to regions moves none in or out of them."""
    actor = await queries.one(session, actor_id, in_turn=True)
    caller.must_own(actor)
    match.must_be(ActorView.model_validate(actor))
    caller.must_be_in_region(*concerned(actor.areas, draft.areas))
    actor.sqlmodel_update(draft.changes())
    actor.known_as = known_as(actor.name, actor.aliases)
    await journal.note(session, caller, actor)
    return actor


async def suggest(
    session: AsyncSession, caller: Caller, actor_id: UUID, draft: SuggestionDraft
) -> Suggestion:
    """Tell the unit whose entry it is what should be different; the entry stays as it is."""
    actor = await queries.one(session, actor_id)
    suggestion = Suggestion(
        unit=caller.unit,
        actor_id=actor.id,
        addressee=actor.unit,
        shared_with=[actor.unit],
        changes=draft.changes.model_dump(mode="json", exclude_unset=True),
        reason=draft.reason,
    )
    caller.must_own(suggestion)
    caller.must_be_in_region(*actor.areas)
    rules.suggests_to_another(suggestion)
    session.add(suggestion)
    await journal.note(session, caller, suggestion)
    return suggestion


def known_as(name: str, aliases: list[str]) -> str:
    """All names, as they are searched."""
    return folded(" ".join([name, *aliases]))


def _entered(caller: Caller, **said: Any) -> Actor:
    return Actor(unit=caller.unit, known_as=known_as(said["name"], said["aliases"]), **said)
