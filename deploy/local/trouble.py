"""How the doors speak to whoever stands before them: plain sentences, no stack traces."""

import sys
from collections.abc import Callable


class Trouble(Exception):
    """Something only a person can settle; its text says what, and what to do."""


def say(sentence: str) -> None:
    """One line on standard output, at once."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def through(door: Callable[[], int]) -> None:
    """Go through a door and leave with its exit code; trouble is told and leaves with 1."""
    try:
        code = door()
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        code = 1
    except PermissionError as refused:
        sys.stderr.write(f"{refused.filename} belongs to another user, who has to do this.\n")
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
