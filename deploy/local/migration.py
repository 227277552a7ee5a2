"""`make migration`: begins a part's next migration, numbered and in the house's form."""

import re
import sys
from pathlib import Path

from deploy.local.trouble import Trouble, say, through
from deploy.migrations import FOLDERS, ROOT

PAGE = '''"""{message}."""

from alembic import op

revision, down_revision = "{revision}", {before}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
'''


def begin(versions: Path, message: str) -> Path:
    """Write the next file; its message is the sentence that it will have to keep."""
    words = re.findall(r"[a-z0-9]+", message.lower())
    if not words:
        raise Trouble("MESSAGE has to say in a few words what will hold afterwards.")
    earlier = sorted(versions.glob("[0-9]*.py"))
    number = int(earlier[-1].name[:4]) + 1 if earlier else 1
    revision = f"{number:04}_{'_'.join(words[:6])}"
    before = f'"{earlier[-1].stem}"' if earlier else "None"
    file = versions / f"{revision}.py"
    sentence = message.strip().rstrip(".")
    file.write_text(PAGE.format(message=sentence, revision=revision, before=before))
    return file


def main() -> int:
    """Begin one for the part and with the message given."""
    part, message = sys.argv[1:]
    if part not in FOLDERS:
        raise Trouble(
            f"SERVICE is one of {', '.join(FOLDERS)}: "
            '`make migration SERVICE=registry MESSAGE="Units have a seat"`.'
        )
    say(str(begin(FOLDERS[part] / "versions", message).relative_to(ROOT)))
    return 0


if __name__ == "__main__":
    through(main)
