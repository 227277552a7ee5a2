"""What deploy/Dockerfile puts into each image, read without building it."""

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Image:
    """One stage: what is copied from the checkout, and what is started."""

    copied: list[tuple[list[str], str]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=list)
    user: str = ""

    def lay_out(self, folder: Path) -> None:
        """Put the files where the image has them."""
        for sources, target in self.copied:
            for source in sources:
                there = folder / target
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, there, ignore=shutil.ignore_patterns("__py*"))
                else:
                    there.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / source, there)


def images() -> dict[str, Image]:
    """Every stage by its name; a stage begins with all that the one below it has."""
    text = (ROOT / "deploy/Dockerfile").read_text()
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    stages: dict[str, Image] = {}
    for line in filter(None, text.splitlines()):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            below, _, name = rest.split()
            under = stages.get(below, Image())
            now = stages[name] = Image(
                list(under.copied), dict(under.environment), under.command, under.user
            )
        elif word == "COPY" and not rest.startswith("--from="):
            *sources, target = rest.split()
            now.copied.append((sources, target))
        elif word == "ENV":
            now.environment |= dict(pair.split("=", 1) for pair in rest.split())
        elif word == "CMD":
            now.command = json.loads(rest)
        elif word == "USER":
            now.user = rest
    return stages
