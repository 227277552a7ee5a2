"""Prints the part of requirements.lock that the named packages need: `python lock.py [NAME…]`.

Without a name, what the platform needs to run: an image holds no tools. In plain Python, for
nothing is installed yet; the lock itself says on whose account a package is in it ("# via").
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping

NAME = re.compile(r"[a-zA-Z0-9][\w.-]*")
VIA = re.compile(r"^ +#(?: via| {2})\s*([a-zA-Z0-9][\w.-]*)", re.MULTILINE)


def named(text: str) -> str:
    """The package that a line begins with, in the one spelling of all that mean the same."""
    found = NAME.match(text)
    assert found, text
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def blocks(lock: str) -> dict[str, str]:
    """What the lock says of each package: version, hashes, and on whose account."""
    parts = re.split(r"^(?=[a-zA-Z0-9])", lock, flags=re.MULTILINE)
    return {named(part): part for part in parts if NAME.match(part)}


def needed(entries: Mapping[str, str], roots: Iterable[str]) -> set[str]:
    """The roots, and whatever is in the lock on their account."""
    whose = {name: {named(each) for each in VIA.findall(text)} for name, text in entries.items()}
    found = set(roots)
    while more := {name for name, owners in whose.items() if owners & found} - found:
        found |= more
    return found


def part(lock: str, roots: Iterable[str]) -> str:
    """The lock without whatever the roots do not need; every hash stays."""
    entries = blocks(lock)
    roots = {named(root) for root in roots}
    if missing := sorted(roots - entries.keys()):
        raise SystemExit(f"requirements.lock does not know {', '.join(missing)}.")
    wanted = needed(entries, roots)
    return "".join(text for name, text in entries.items() if name in wanted)


def main(names: list[str]) -> None:
    """Print it."""
    with open("pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    with open("requirements.lock", encoding="utf-8") as file:
        sys.stdout.write(part(file.read(), names or project["dependencies"]))


if __name__ == "__main__":
    main(sys.argv[1:])
