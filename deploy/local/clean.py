"""`make clean`: stops what runs here and takes away what `make up` and `make test` have made.

It needs no `.venv`, which may be what is broken.
"""

import shutil
from pathlib import Path

from deploy.local import processes
from deploy.local.postgres import Cluster
from deploy.local.trouble import say, through

ROOT = Path(__file__).parents[2]
CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache")


def main() -> int:
    """Leave the checkout as it was cloned."""
    local = ROOT / ".local"
    processes.sweep(local)
    if (local / "postgres").exists():
        Cluster(local / "postgres", durable=True).remove()
    for cluster in local.glob("test*/"):
        Cluster(cluster, durable=False).remove()
    for folder in (".local", ".venv", *CACHES):
        shutil.rmtree(ROOT / folder, ignore_errors=True)
    say("Clean.")
    return 0


if __name__ == "__main__":
    through(main)
