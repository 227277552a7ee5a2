"""One `make up` at a time in one checkout."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.local.trouble import Trouble


@contextmanager
def only_one(local: Path, port: int) -> Iterator[None]:
    """Keep a second one out for as long as this process lives, however it ends."""
    # lockf, not flock: a forked child would go on holding the latter.
    with (local / "up.lock").open("a+") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            running = holder(local)
            raise Trouble(
                f"`make up` läuft hier schon ({running}); `make down` beendet es.\n"
                f"`make up` already runs here ({running}); `make down` stops it."
            ) from None
        lock.truncate(0)
        json.dump({"pid": os.getpid(), "address": f"http://localhost:{port}"}, lock)
        lock.flush()
        yield


def holder(local: Path) -> str:
    """Who holds the lock, in words."""
    with suppress(OSError, ValueError, KeyError):
        told = json.loads((local / "up.lock").read_text())
        return f"{told['address']}, process {told['pid']}"
    return "starting"
