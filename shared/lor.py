"""Keys of planning areas (LOR): an area's key begins with the key of the area it lies in."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, exists, func, literal, or_, select


def meet(some: Iterable[str], others: Iterable[str]) -> list[str]:
    """Where two sets of areas meet: of each pair the smaller area, sorted."""
    others = list(others)
    return sorted(
        {
            max(one, other, key=len)
            for one in some
            for other in others
            if one.startswith(other) or other.startswith(one)
        }
    )


def concerned(now: Sequence[str], soon: Sequence[str] | None) -> Sequence[str]:
    """The areas a change is about: those there are and those to be; none, if none are to be."""
    return [] if soon is not None and not soon else [*now, *(soon or ())]


def touches(areas: Any, key: str) -> ColumnElement[bool]:
    """Whether a column of area keys holds the area `key`, one in it, or one that it lies in."""
    area = func.unnest(areas, type_=Text).column_valued("area")
    wanted = literal(key)
    return exists(select(area).where(or_(area.startswith(wanted), wanted.startswith(area))))
