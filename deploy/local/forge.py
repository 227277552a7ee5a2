"""Makes the demo's keys and secrets, unless there are any: `python -m deploy.local.forge FILE`.

Apart from `keys`, which only reads: what makes keys takes longer to load than all else in the door.
"""

import secrets
import sys
from dataclasses import asdict
from pathlib import Path

from deploy.local.issuer import new_key
from deploy.local.keys import Keys, write_privately


def forge() -> Keys:
    """Keys that nobody has seen."""
    gateway, issuer = new_key()[0], new_key()[0]
    return Keys(gateway, issuer, *(secrets.token_urlsafe(32) for _ in range(3)))


if __name__ == "__main__":
    file = Path(sys.argv[1])
    if not file.exists():
        write_privately(file, asdict(forge()))
