"""Who tests here: a run is one `pytest`, be it one process or a controller with its workers."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
IS_WORKER = WORKER != ""
# The process that everybody of a run knows: a worker's parent is its controller.
RUN = os.getppid() if IS_WORKER else os.getpid()


def is_over(run: str) -> bool:
    """Whether a run has ended, however it did."""
    return not (run.isdecimal() and Path(f"/proc/{run}").exists())


@contextmanager
def present(file: Path) -> Iterator[None]:
    """Be one of the runs at work; the kernel takes a killed one off the list."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@contextmanager
def alone(file: Path) -> Iterator[bool]:
    """Whether no run is at work; if so, one that comes waits until this is done."""
    with file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
