"""A house of six tiny parts to try the doors with: `-m tests.deploy.tiny LOCAL PORT [DULL…]`.

The parts named last never get ready.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.house import House
from deploy.local.parts import Part
from deploy.local.trouble import through
from deploy.local.up import marked

NAMES = ("gateway", "registry", "datahub", "participation", "identity", "partner")


@dataclass(frozen=True)
class Tiny(Part):
    """A part with the real keeper and next to nothing in it."""

    status: int = 200

    def command(self, port: int | None) -> list[str]:
        keeper = super().command(port)[:4]
        return [*keeper, sys.executable, "-m", "tests.deploy.light", str(port), str(self.status)]


def main() -> int:
    local, port, *dull = sys.argv[1:]
    marked(Path(local))
    parts = [Tiny(name, "tiny", status=503 if name in dull else 200) for name in NAMES]
    return House(Path(local), int(port), parts, chores=()).live()


if __name__ == "__main__":
    through(main)
