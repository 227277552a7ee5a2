"""How names are looked up: whatever the case, umlauts, accents and punctuation; the best first."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, Select, cast, false, func, literal, or_, select
from sqlalchemy import tuple_ as both
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from shared.paging import BadCursor, Found, Paging, cursor_at, position
from shared.rows import Statement

Record = TypeVar("Record", bound=Statement)

# `Grün`, `Gruen` and `Grun` are one word to whoever looks for it.
UMLAUT_SPELLED_OUT = re.compile(r"(?<=[aou])e+")
RANK = Numeric(5, 4)


def folded(name: str) -> str:
    """A name as it is compared: `Straßen- und Grünflächenamt` is `strassen und grunflachenamt`."""
    apart = unicodedata.normalize("NFKD", name.casefold()).casefold()
    letters = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", UMLAUT_SPELLED_OUT.sub("", letters)))


def resembles(column: Any, words: str) -> ColumnElement[bool]:
    """Whether a column of folded names holds `words`, or something that is spelled nearly so."""
    wanted = folded(words)
    if not wanted:
        return false()
    nearly: ColumnElement[bool] = literal(wanted).op("<%", is_comparison=True)(column)
    return or_(column.contains(wanted, autoescape=True), nearly)


def resemblance(column: Any, words: str) -> ColumnElement[Decimal]:
    """How much of a folded name `words` are: 1 for the whole name (share of equal trigrams)."""
    return cast(func.similarity(column, folded(words)), RANK)


async def best_first(
    session: AsyncSession,
    model: type[Record],
    paging: Paging,
    statement: Select[Any],
    rank: ColumnElement[Decimal],
) -> Found[Record]:
    """One page of `statement`, which selects `model` alone, in the order of `rank`."""
    if paging.modified_since:
        statement = statement.where(col(model.modified_at) >= paging.modified_since)
    total = None
    if paging.count:
        total = await session.scalar(select(func.count()).select_from(statement.subquery()))
    if paging.cursor:
        place, last = _place(paging.cursor, model)
        statement = statement.where(both(rank, col(model.id)) < both(cast(place, RANK), last))
    statement = statement.add_columns(rank).order_by(rank.desc(), col(model.id).desc())
    rows = (await session.execute(statement.limit(paging.limit + 1))).all()
    kept = rows[: paging.limit]
    after = None
    if len(rows) > paging.limit:
        after = cursor_at(model, id=str(kept[-1][0].id), rank=str(kept[-1][1]))
    return Found([row[0] for row in kept], after, total)


def _place(cursor: str, model: type[Statement]) -> tuple[Decimal, UUID]:
    place = position(cursor, model)
    try:
        return Decimal(place["rank"]), UUID(place["id"])
    except (KeyError, TypeError, InvalidOperation) as error:
        raise BadCursor from error
