"""The whole platform as `make up` starts it, elsewhere: `-m tests.journeys.live LOCAL PORT`."""

import sys
from pathlib import Path

from deploy.local.house import House
from deploy.local.trouble import through
from deploy.local.up import marked


def main() -> int:
    local, port = sys.argv[1:]
    marked(Path(local))
    return House(Path(local), int(port)).live()


if __name__ == "__main__":
    through(main)
