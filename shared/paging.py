"""Lists page by page: by keyset, so that what is written meanwhile shifts nothing."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from shared.problems import Refused
from shared.rows import Statement
from shared.wire import Instant

Record = TypeVar("Record", bound=Statement)
Shown = TypeVar("Shown", bound=BaseModel)
ORDINARY, MOST = 100, 1000


class BadCursor(Refused):
    """A cursor is only ever taken over from a former answer, for the same list."""

    status = HTTPStatus.BAD_REQUEST
    de = "Dieser Cursor stammt nicht aus einer Antwort auf diese Liste."
    en = "This cursor was not given out for this list."


class Page(BaseModel, Generic[Shown]):
    """Some entries of a list, newest first, and where the next ones are."""

    items: list[Shown]
    next: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list is asked for."""

    limit: int = ORDINARY
    cursor: str | None = None
    modified_since: datetime | None = None
    count: Literal["exact"] | None = None


@dataclass(slots=True)
class Found(Generic[Record]):
    """The records of one page, with what the answer says about the rest."""

    records: list[Record]
    next: str | None
    total: int | None

    def shown(self, view: Callable[[Record], Shown]) -> Page[Shown]:
        """These records as the API shows them."""
        return Page[Shown](
            items=[view(record) for record in self.records], next=self.next, total=self.total
        )


async def asked_page(
    limit: Annotated[int, Query(ge=1, le=MOST, description="most entries of one page")] = ORDINARY,
    cursor: Annotated[str | None, Query(max_length=400, description="`next` of a page")] = None,
    modified_since: Annotated[
        Instant | None, Query(description="only what was changed since then (RFC 3339)")
    ] = None,
    count: Annotated[Literal["exact"] | None, Query(description="count all entries, too")] = None,
) -> Paging:
    """The part of a list that the query asks for."""
    return Paging(limit, cursor, modified_since, count)


Paged = Annotated[Paging, Depends(asked_page)]


async def one_page(
    session: AsyncSession, model: type[Record], paging: Paging, statement: Select[Any]
) -> Found[Record]:
    """One page of `statement`, which selects `model`; its ids sort by time (uuid7)."""
    if paging.modified_since:
        statement = statement.where(col(model.modified_at) >= paging.modified_since)
    total = None
    if paging.count:
        total = await session.scalar(select(func.count()).select_from(statement.subquery()))
    if paging.cursor:
        statement = statement.where(col(model.id) < UUID(position(paging.cursor, model)["id"]))
    statement = statement.order_by(col(model.id).desc()).limit(paging.limit + 1)
    records = list((await session.scalars(statement)).unique())
    more = len(records) > paging.limit
    kept = records[: paging.limit]
    return Found(kept, cursor_at(model, id=str(kept[-1].id)) if more else None, total)


def cursor_at(of: type[Any], **place: Any) -> str:
    """An opaque text for a place in the list of `of`."""
    text = json.dumps([of.__name__, place], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def position(cursor: str, of: type[Any]) -> dict[str, Any]:
    """The place that a cursor stands for; a made-up one is refused."""
    try:
        name, place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if "id" in place:
            UUID(place["id"])
    except (ValueError, TypeError, AttributeError) as error:
        raise BadCursor from error
    if name != of.__name__ or not isinstance(place, dict):
        raise BadCursor
    return place
