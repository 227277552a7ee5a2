"""`make down`: stops the platform from another terminal; harmless when nothing runs.

It needs no `.venv`, which may never have been made.
"""

from pathlib import Path

from deploy.local import processes
from deploy.local.postgres import Cluster
from deploy.local.trouble import say, through

LOCAL = Path(__file__).parents[2] / ".local"


def end(local: Path) -> bool:
    """Stop a running house and what a killed one left; whether there was anything."""
    swept = processes.sweep(local)
    ran = Cluster(local / "postgres", durable=True).down()
    return bool(swept or ran)


def main() -> int:
    """Stop it and say what was found."""
    say("Stopped." if end(LOCAL) else "Nothing was running.")
    return 0


if __name__ == "__main__":
    through(main)
