"""The demo's keys and secrets: made once, kept below .local/, readable by their owner alone."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from shared.keys import Key


@dataclass(frozen=True)
class Keys:
    """What the parts of one house know of each other."""

    gateway: Key
    issuer: Key
    contribution: str
    client_secret: str
    partner_token: str

    @classmethod
    def of(cls, file: Path) -> "Keys":
        """The keys kept in a file."""
        return cls(**json.loads(file.read_text()))


def write_privately(file: Path, content: object) -> None:
    """Write JSON that only its owner may read; a write cut off leaves what was there before."""
    half = file.with_name(f"{file.name}.half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        json.dump(content, target, indent=1)
    half.rename(file)
