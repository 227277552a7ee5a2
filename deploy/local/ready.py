"""Waits until every part answers, says so once, and stays.

`python -m deploy.local.ready NAME=PORT…` is a process of the house like the others, so its end is
the end of the house.
"""

import signal
import sys
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from deploy.local.trouble import say

LONGEST_START = 120.0
PAUSE = 0.2


def answers(port: int) -> bool:
    """Whether the part on this port says that it is ready."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def not_ready(ports: dict[str, int], longest: float = LONGEST_START) -> list[str]:
    """Wait for all parts; those that were not ready in time."""
    waiting = dict(ports)
    until = time.monotonic() + longest
    while waiting and time.monotonic() < until:
        waiting = {name: port for name, port in waiting.items() if not answers(port)}
        time.sleep(PAUSE if waiting else 0)
    return list(waiting)


def welcome(port: int) -> None:
    """The line that others wait for, and what to do next."""
    say(f"ready http://localhost:{port}")
    say(f"  API reference   http://localhost:{port}/docs")
    say("  a token         .venv/bin/kiezknoten token --as lead@06.sga")
    say("  stop            Ctrl-C here, or `make down` elsewhere")


def main() -> int:
    """Wait, tell, stay."""
    ports = {name: int(port) for name, _, port in (word.partition("=") for word in sys.argv[1:])}
    if late := not_ready(ports):
        say(f"Not ready after {LONGEST_START:g} s: {', '.join(late)}. See what it said above.")
        return 1
    welcome(next(iter(ports.values())))
    signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
