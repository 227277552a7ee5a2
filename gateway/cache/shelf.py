"""So many bytes of kept answers, found by what was asked."""

import time
from collections import OrderedDict

from gateway.cache.kept import Kept, Key

# What an entry takes besides its bytes, roughly.
OVERHEAD = 1_000
MOST_UNKEEPABLE = 4_096
UNKEEPABLE_FOR = 60.0


class Shelf:
    """What was not asked for longest goes first.

    Under an address without its Accept lies the latest answer; where answers differ by it, each
    lies under the whole key as well.
    """

    def __init__(self, most: int) -> None:
        self._most, self.bytes = most, 0
        self._places: OrderedDict[Key, Kept] = OrderedDict()
        self._unkeepable: dict[Key, float] = {}

    def find(self, key: Key, accept: bytes) -> Kept | None:
        """What is kept for it."""
        kept = self._places.get(key)
        if kept and kept.accept is not None and kept.accept != accept:
            key = (*key, accept)
            kept = self._places.get(key)
        if kept:
            self._places.move_to_end(key)
        return kept

    def put(self, key: Key, kept: Kept) -> None:
        """Keep it, and lose others for it if need be."""
        places = [key] if kept.accept is None else [key, (*key, kept.accept)]
        for place in places:
            self._take(place)
            self._places[place] = kept
            self.bytes += _weight(place, kept)
        while self.bytes > self._most:
            self._take(next(iter(self._places)))

    def drop(self, key: Key, accept: bytes) -> None:
        """Lose it."""
        for place in (key, (*key, accept)):
            self._take(place)

    def refuse(self, key: Key, accept: bytes) -> None:
        """Remember for a while that this is not to be kept, so that nobody waits in vain."""
        if len(self._unkeepable) >= MOST_UNKEEPABLE:
            self._unkeepable.clear()
        self._unkeepable[*key, accept] = time.monotonic() + UNKEEPABLE_FOR

    def takes(self, key: Key, accept: bytes) -> bool:
        """Whether anything for this may be kept, as far as is known."""
        return self._most > 0 and self._unkeepable.get((*key, accept), 0.0) < time.monotonic()

    def clear(self) -> None:
        """Lose everything."""
        self._places.clear()
        self.bytes = 0

    def _take(self, place: Key) -> None:
        if kept := self._places.pop(place, None):
            self.bytes -= _weight(place, kept)


def _weight(place: Key, kept: Kept) -> int:
    return kept.size + sum(map(len, place)) + OVERHEAD
