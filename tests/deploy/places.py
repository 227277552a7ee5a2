"""Places to try the doors in: short-lived, enterable by everybody, with a space in the path."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def a_place() -> Iterator[Path]:
    """A folder as a careless checkout has it."""
    with TemporaryDirectory(prefix="kiezknoten") as name:
        place = Path(name) / "a place"
        place.mkdir()
        for folder in (place, place.parent):
            folder.chmod(0o755)
        yield place
