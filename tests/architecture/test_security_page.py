"""The page of what is tried leaves no attack out, and every test that it names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text()
GROUPS = {"P": 25, "F": 22, "H": 14, "T": 28, "A": 31, "D": 16, "O": 12, "C": 14}
IDS = [f"{group}{number}" for group, most in GROUPS.items() for number in range(1, most + 1)]
ROWS = [line.strip("|").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
TESTS = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.MULTILINE)
}


@pytest.mark.parametrize("attack", IDS)
def test_an_attack_has_a_row_that_is_not_open(attack: str) -> None:
    rows = [row for row in ROWS if re.search(rf"\b{attack}\b", row[0])]
    assert rows
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in rows)


def test_every_test_it_names_is_there() -> None:
    named = re.findall(r"::(test_\w+)", PAGE)
    assert len(named) > len(IDS) / 2
    assert sorted({name for name in named if name not in TESTS}) == []


def test_a_row_names_a_test_or_says_why_there_is_none() -> None:
    reasons = ("does not apply", "not offered", "see ")
    bare = [
        row[0]
        for row in ROWS
        if re.match(r" ?[A-Z]\d", row[0])
        and "test_" not in row[-1]
        and not any(reason in " ".join(row) for reason in reasons)
    ]
    assert bare == []
