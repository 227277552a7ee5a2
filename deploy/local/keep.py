"""Keeps one process running: `python -m deploy.local.keep -- COMMAND…` starts it whenever it falls.

One killed service must not take the others with it, which is what a process list would do.
"""

import signal
import subprocess
import sys
import time
from types import FrameType

from deploy.local.trouble import say

FIRST_WAIT = 0.5
LONGEST_WAIT = 10.0
STEADY = 30.0


class Keeper:
    """Starts a command again and again, until it is told to stop."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.child: subprocess.Popen[bytes] | None = None
        self.stopping = False

    def stop(self, signum: int, _: FrameType | None = None) -> None:
        """Pass the signal on, and start nothing any more."""
        self.stopping = True
        if self.child:
            self.child.send_signal(signum)

    def keep(self) -> int:
        """Return when stopped, with the last exit code."""
        wait = FIRST_WAIT
        code = 0
        while not self.stopping:
            started = time.monotonic()
            code = self._once()
            if self.stopping:
                break
            if time.monotonic() - started > STEADY:
                wait = FIRST_WAIT
            say(f"ended with {code}; starting it again in {wait:g} s")
            self._pause(wait)
            wait = min(2 * wait, LONGEST_WAIT)
        return max(code, 0)

    def _once(self) -> int:
        self.child = subprocess.Popen(self.command)
        # A signal may have come between the question and the start.
        if self.stopping:
            self.child.terminate()
        return self.child.wait()

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < until:
            time.sleep(0.1)


if __name__ == "__main__":
    keeper = Keeper(sys.argv[sys.argv.index("--") + 1 :])
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, keeper.stop)
    sys.exit(keeper.keep())
