"""Brings databases up to date: `python -m deploy.migrations [PART…]`.

Without a name it migrates every part whose owner's address is in the environment as
<PART>_OWNER_URL; an image holds one part and is told one address.
"""

import os
import sys
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from deploy.journal.catching_up import catch_up

ROOT = Path(__file__).parents[1]
FOLDERS = {
    "registry": ROOT / "services/registry/migrations",
    "datahub": ROOT / "services/datahub/migrations",
    "participation": ROOT / "services/participation/migrations",
    "gateway": ROOT / "gateway/migrations",
}


def config(part: str, url: str) -> Config:
    """Alembic's configuration, made here so that no file can say something else."""
    settings = Config()
    for name, value in (("script_location", str(FOLDERS[part])), ("sqlalchemy.url", url)):
        # Alembic reads % as the beginning of a reference, and addresses are percent-encoded.
        settings.set_main_option(name, value.replace("%", "%%"))
    return settings


def upgrade(part: str, url: str) -> None:
    """Run what the part's database has not seen yet, under its owner's role."""
    command.upgrade(config(part, url), "head")


def main(names: list[str]) -> None:
    """Migrate the named parts, or all that have an address."""
    addresses = {part: os.environ.get(f"{part.upper()}_OWNER_URL") for part in FOLDERS}
    for part in names or [part for part, url in addresses.items() if url]:
        if not (url := addresses.get(part)):
            sys.exit(f"{part.upper()}_OWNER_URL is not set: the database of {part} stays as it is.")
        upgrade(part, url)
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address) as connection:
            catch_up(connection)  # it may have been restored just now


if __name__ == "__main__":
    main(sys.argv[1:])
