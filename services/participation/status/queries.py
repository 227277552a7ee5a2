"""Every SQL statement about where items stand; it gathers what the other slices keep."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.participation.answers.model import Answer, AnswerVersion, Summary
from services.participation.items import queries as items
from services.participation.items.model import Item, Suggestion, Whereabouts
from services.participation.items.queries import Wanted
from services.participation.routing.model import ACCEPTED, Handover, Routing, RoutingReply
from services.participation.status.rules import MOST_HANDOVERS, Deed, Hop, Standing, in_order
from shared.lookup import all_with, among
from shared.paging import Found, Paging, one_page

WEB = "web"


async def hops(session: AsyncSession, wanted: Sequence[Item]) -> dict[UUID, list[Hop]]:
    """What was said about each of these items and may be read by the caller, in order."""
    found = {item.id: of_item(item) for item in wanted}
    for model, told in TOLD.items():
        for row in await all_with(session, model, model.item_id, found):
            found[row.item_id].extend(told(row))
    for item_id, version in await published(session, list(found)):
        found[item_id].append(of_version(version))
    return {item_id: in_order(said) for item_id, said in found.items()}


async def published(
    session: AsyncSession, item_ids: Iterable[UUID]
) -> list[tuple[UUID, AnswerVersion]]:
    """Each published version of an answer to these items."""
    rows = await session.execute(
        select(col(Answer.item_id), AnswerVersion)
        .join(AnswerVersion, col(AnswerVersion.answer_id) == col(Answer.id))
        .where(among(col(Answer.item_id), item_ids), col(AnswerVersion.published_at).is_not(None))
    )
    return [(item_id, version) for item_id, version in rows]


def _hop(row: Any, act: str, deed: Deed, *, at: datetime | None = None, **more: Any) -> Hop:
    return Hop(at or row.created_at, row.unit, act, deed, row.id, **more)


def of_item(item: Item) -> list[Hop]:
    """That it was said, and perhaps that it no longer is."""
    act = "item.submit" if item.channel == WEB else "item.record"
    said = _hop(item, act, Deed.SAID)
    if not item.withdrawn_at:
        return [said]
    return [said, _hop(item, "item.withdraw", Deed.WITHDRAWN, at=item.withdrawn_at)]


def of_routing(routing: Routing) -> list[Hop]:
    """That an office was proposed, and perhaps that it no longer is."""
    proposed = _hop(
        routing,
        "routing.propose",
        Deed.PROPOSED,
        addressee=routing.addressee,
        says=routing.reason,
    )
    if not routing.withdrawn_at:
        return [proposed]
    at = routing.withdrawn_at
    withdrawn = _hop(routing, "routing.withdraw", Deed.PROPOSAL_WITHDRAWN, at=at, of=routing.id)
    return [proposed, withdrawn]


def of_finding(row: Whereabouts | Suggestion) -> list[Hop]:
    """That the machine found something out."""
    return [_hop(row, "item.locate", Deed.FOUND_OUT)]


def of_summary(summary: Summary) -> list[Hop]:
    """That the coordination summed something up."""
    return [_hop(summary, "answer.summarise", Deed.SUMMARISED, says=summary.text)]


def of_reply(reply: RoutingReply) -> list[Hop]:
    """That an office took an item on, or named who should."""
    deed = Deed.ACCEPTED if reply.outcome == ACCEPTED else Deed.NOT_MINE
    hop = _hop(
        reply,
        "routing.reply",
        deed,
        of=reply.routing_id,
        named_unit=reply.named_unit,
        says=reply.reason or None,
    )
    return [hop]


def of_handover(handover: Handover) -> list[Hop]:
    """That an office passed an item on."""
    hop = _hop(
        handover,
        "routing.hand_over",
        Deed.PASSED_ON,
        named_unit=handover.named_unit,
        says=handover.reason,
    )
    return [hop]


def of_version(version: AnswerVersion) -> Hop:
    """That an office answered."""
    return _hop(
        version,
        "answer.publish",
        Deed.ANSWERED,
        at=version.published_at,
        says=version.text,
    )


TOLD: Mapping[Any, Callable[[Any], list[Hop]]] = {
    Whereabouts: of_finding,
    Suggestion: of_finding,
    Routing: of_routing,
    RoutingReply: of_reply,
    Handover: of_handover,
    Summary: of_summary,
}


async def newest(
    session: AsyncSession, paging: Paging, wanted: Wanted, standing: Standing | None
) -> Found[Item]:
    """The latest items first; those that stand somewhere, where that is wanted."""
    statement = items.those(wanted)
    if standing:
        statement = statement.where(_standing() == standing.value)
    return await one_page(session, Item, paging, statement)


def _of_this_item(model: Any, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(model.item_id == col(Item.id), *more)


def _in_hand() -> ColumnElement[bool]:
    """Accepted, and since then neither passed on nor answered by the unit."""
    passed_on = exists().where(col(Handover.acceptance_id) == col(RoutingReply.id))
    answer, version = aliased(Answer), aliased(AnswerVersion)
    answered = exists().where(
        col(answer.item_id) == col(RoutingReply.item_id),
        col(answer.unit) == col(RoutingReply.unit),
        col(version.answer_id) == col(answer.id),
        col(version.published_at) >= col(RoutingReply.created_at),
    )
    accepted = col(RoutingReply.outcome) == ACCEPTED
    return _of_this_item(RoutingReply, accepted, ~passed_on, ~answered)


def _answered() -> ColumnElement[bool]:
    return _of_this_item(
        Answer,
        col(AnswerVersion.answer_id) == col(Answer.id),
        col(AnswerVersion.published_at).is_not(None),
    )


def _handed_over_often() -> ColumnElement[bool]:
    def times(model: Any, *more: ColumnElement[bool]) -> Any:
        counted = select(func.count()).where(model.item_id == col(Item.id), *more)
        return counted.scalar_subquery()

    not_mine = times(RoutingReply, col(RoutingReply.outcome) != ACCEPTED)
    often: ColumnElement[bool] = not_mine + times(Handover) >= MOST_HANDOVERS
    return often


def _asked() -> ColumnElement[bool]:
    replied = exists().where(col(RoutingReply.routing_id) == col(Routing.id))
    return _of_this_item(Routing, col(Routing.withdrawn_at).is_(None), ~replied)


def _standing() -> ColumnElement[str]:
    # The same rule as `rules.Position.standing`, to choose items by it; a test holds them together.
    return case(
        (col(Item.withdrawn_at).is_not(None), Standing.WITHDRAWN.value),
        (_in_hand(), Standing.WITH.value),
        (and_(_handed_over_often(), ~_answered()), Standing.AGENDA.value),
        (_asked(), Standing.PROPOSED.value),
        (_answered(), Standing.ANSWERED.value),
        (_of_this_item(Whereabouts) | _of_this_item(Suggestion), Standing.IN_REVIEW.value),
        else_=Standing.RECEIVED.value,
    )
