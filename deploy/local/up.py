"""`make up`: starts the platform and stays until it is stopped."""

import os
import sys
from pathlib import Path

from deploy.local import ports, processes
from deploy.local.house import LOCAL, House
from deploy.local.trouble import through


def marked(local: Path) -> None:
    """Begin again with the house's mark, so that this process and its forks can be found by it."""
    if os.environ.get(processes.MARK) != str(local):
        os.environ[processes.MARK] = str(local)
        os.execv(sys.executable, sys.orig_argv)


def main() -> int:
    """Start the house on the port that was asked for."""
    marked(LOCAL)
    return House(port=ports.wished(os.environ.get("PORT", "8000"))).live()


if __name__ == "__main__":
    through(main)
