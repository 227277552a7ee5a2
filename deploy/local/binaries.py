"""Finds a PostgreSQL that is new enough and has PostGIS; on Debian, root gets it installed."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.trouble import Trouble, say, through

OLDEST = 15
DEBIANS = Path("/usr/lib/postgresql")
LOG = Path(__file__).parents[2] / ".local/apt.log"
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/kiezknoten.conf")


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL."""

    folder: Path
    version: int

    def __getitem__(self, program: str) -> Path:
        return self.folder / program

    @property
    def has_postgis(self) -> bool:
        """Whether the server finds PostGIS among its extensions."""
        done = subprocess.run(
            [self["pg_config"], "--sharedir"], capture_output=True, text=True, check=False
        )
        return (Path(done.stdout.strip()) / "extension/postgis.control").exists()


def candidates() -> Iterator[Binaries]:
    """Every server on this machine; the one that PG_BIN names before all others."""
    folders = sorted(DEBIANS.glob("*/bin"), key=lambda folder: -_number(folder.parent.name))
    if asked := os.environ.get("PG_BIN"):
        folders.insert(0, Path(asked))
    if config := shutil.which("pg_config"):
        done = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(done.stdout.strip()))
    for folder in folders:
        if (version := _version(folder)) >= OLDEST:
            yield Binaries(folder, version)


def find(version: int | None = None) -> Binaries | None:
    """A server with PostGIS; of the given major version, where data are bound to one."""
    for each in candidates():
        if each.has_postgis and version in (None, each.version):
            return each
    return None


def found(version: int | None = None) -> Binaries:
    """That server, or trouble."""
    if binaries := find(version):
        return binaries
    if version:
        raise Trouble(
            f"The data were made by PostgreSQL {version}, which is no longer here with PostGIS: "
            f"install postgresql-{version}-postgis-3, or begin anew with `make clean`."
        )
    raise Trouble(
        "PostgreSQL (15 or newer) with PostGIS is missing: install it with "
        f"`sudo apt-get install --no-install-recommends {' '.join(packages())}`, "
        "or see docs/containers.md."
    )


def packages() -> list[str]:
    """What Debian calls the missing part: the server and PostGIS, or PostGIS alone."""
    if server := next(candidates(), None):
        return [f"postgresql-{server.version}-postgis-3"]
    return ["postgresql", "postgresql-postgis"]


def install(apt: str) -> None:
    """Install Debian's packages without starting a server on port 5432 that nobody asked for."""
    wanted = packages()
    say(f"Installing {' and '.join(wanted)} …")
    NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
    NO_CLUSTER.write_text("create_main_cluster = false\n")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        with LOG.open("a") as log:
            for step in (["update"], ["install", "-y", "--no-install-recommends", *wanted]):
                command = [apt, "-qq", *step]
                subprocess.run(command, env=environment, check=True, stdout=log, stderr=log)
    except subprocess.CalledProcessError as failed:
        raise Trouble(f"`{' '.join(failed.cmd)}` failed; {LOG} says why.") from None
    finally:
        # The wish holds for this installation only, not for whoever installs a server later.
        NO_CLUSTER.unlink(missing_ok=True)


def ensure() -> int:
    """Find the server, or install it where that can be done without asking."""
    if not find() and os.getuid() == 0 and (apt := shutil.which("apt-get")):
        install(apt)
    found()
    return 0


def _version(folder: Path) -> int:
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb", "pg_config")):
        return 0
    done = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    return _number(done.stdout)


def _number(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found.group()) if found else 0


if __name__ == "__main__":
    through(ensure)
