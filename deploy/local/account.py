"""Who PostgreSQL runs as: whoever opened the door, but never root, which it refuses."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local.trouble import Trouble

# Nothing of PG* from outside: a PGPORT or PGDATA meant for another server must not reach ours.
PLAIN_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Account:
    """The user and group the private PostgreSQL belongs to."""

    user: int
    group: int

    @property
    def is_another(self) -> bool:
        """Whether commands have to change their user first."""
        return self.user != os.getuid()

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, from a folder that everybody can enter."""
        return subprocess.run(
            command,
            cwd="/",
            env=PLAIN_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
            user=self.user if self.is_another else None,
            group=self.group if self.is_another else None,
            extra_groups=[] if self.is_another else None,
        )

    def must(self, *command: str | Path) -> None:
        """Run a command that has no business failing."""
        done = self.run(*command)
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            raise Trouble(f"{Path(command[0]).name}: {said}")

    def own(self, folder: Path) -> None:
        """Make the folder, for this user alone."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.is_another:
            os.chown(folder, self.user, self.group)
        folder.chmod(0o700)

    def can_enter(self, folder: Path) -> bool:
        """Whether this user gets as far as the folder; one above it may be closed."""
        return self.run("test", "-x", folder).returncode == 0


def the_account() -> Account:
    """Ourselves; for root, the user `postgres` that comes with the server."""
    if os.getuid():
        return Account(os.getuid(), os.getgid())
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise Trouble(
            "PostgreSQL does not run as root, and there is no user `postgres` here: "
            "install the server from your distribution's packages, or use an ordinary user."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)
