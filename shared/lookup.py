"""Reading records by what identifies them, at the price of the journey to the server.

Most of what a service is asked for is one record and what was said about it. SQLAlchemy takes
three times as long for such a statement as PostgreSQL and its driver together, because it makes
statement, result and loader anew each time (docs/adr/0022). Here each is made once for a table.
What comes back are the session's own records all the same: whoever changes one, changes the row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, any_, bindparam, literal, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, make_transient_to_detached
from sqlalchemy.orm.util import identity_key
from sqlmodel import col

from shared.database import told_driver
from shared.rows import Statement

Record = TypeVar("Record", bound=Statement)
DIALECT = make_url("postgresql+psycopg_async://").get_dialect()()


async def with_id(session: AsyncSession, model: type[Record], record_id: UUID) -> Record | None:
    """The record with this id, if there is one that the session's caller may read."""
    return await one_with(session, model, col(model.id), record_id)


async def one_with(
    session: AsyncSession, model: type[Record], column: Mapped[Any], value: Any
) -> Record | None:
    """The record with `value` in a column in which no value stands twice."""
    found = await all_with(session, model, column, [value])
    return found[0] if found else None


async def all_with(
    session: AsyncSession, model: type[Record], column: Mapped[Any], values: Iterable[Any]
) -> list[Record]:
    """The records with one of `values` in `column`, in the order in which they were made."""
    wanted = list(values)
    if not wanted:
        return []
    if session.new or session.dirty:
        await session.flush()
    reading = _reading(model, column)
    cursor = await told_driver(session).execute(reading.sql, {"values": wanted})
    return [reading.record(session, model, row) for row in await cursor.fetchall()]


def among(column: Mapped[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """`column` has one of `values`; as one array, so that the statement is the same for any number.

    IN (…) would be another statement for each number, written, compiled and planned anew.
    """
    return column == any_(literal(list(values), ARRAY(column.type)))  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Reading:
    """A statement as it is sent, and what makes a record of a row of its answer."""

    sql: str
    names: tuple[str, ...]
    makers: tuple[tuple[int, Callable[[Any], Any]], ...]

    def record(self, session: AsyncSession, model: type[Record], row: Sequence[Any]) -> Record:
        """The session's record of this row; one that it has already stays as it is."""
        values = list(row)
        for place, made in self.makers:
            values[place] = made(values[place])
        said = dict(zip(self.names, values, strict=True))
        known: Record | None = session.identity_map.get(identity_key(model, said["id"]))
        if known is not None:
            return known
        # As SQLAlchemy's own loader does it: no validation of what the database holds already.
        record: Record = model.__mapper__.class_manager.new_instance()  # type: ignore[attr-defined]
        record.__dict__.update(said)
        make_transient_to_detached(record)
        session.add(record)
        return record


@cache
def _reading(model: type[Statement], column: Mapped[Any]) -> Reading:
    values = bindparam("values", type_=ARRAY(column.type))  # type: ignore[attr-defined]
    table = model.__table__  # type: ignore[attr-defined]
    statement = select(table).where(column == any_(values)).order_by(table.c.id)
    makers = [each.type.result_processor(DIALECT, None) for each in table.c]
    return Reading(
        str(statement.compile(dialect=DIALECT)),
        tuple(each.key for each in table.c),
        tuple((place, made) for place, made in enumerate(makers) if made),
    )
