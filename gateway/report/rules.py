"""What the report on the coordination may say, given the figures of each part."""

from collections.abc import Sequence

from shared.authority import COORDINATION
from shared.tally import Count


def theirs(counts: Sequence[Count]) -> list[Count]:
    """The figures of the three coordination hats."""
    return [count for count in counts if count.role in COORDINATION]


def together(known: Sequence[int | None]) -> int | None:
    """The sum over all parts; unknown while one of them is, and never less than it may be."""
    return None if None in known else sum(each or 0 for each in known)
