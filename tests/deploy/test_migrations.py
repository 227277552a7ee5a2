"""Migrations find their folder and their database, and a new one takes its place in the row."""

import ast
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from deploy.local.migration import begin
from deploy.local.trouble import Trouble
from deploy.migrations import FOLDERS, config, main


@pytest.mark.parametrize("part", FOLDERS)
def test_every_part_has_one_row_of_migrations(part: str) -> None:
    scripts = ScriptDirectory.from_config(config(part, "postgresql+psycopg://nobody"))
    assert len(scripts.get_heads()) == 1


def test_an_address_with_percent_signs_arrives_as_it_was() -> None:
    url = "postgresql+psycopg://registry_owner@/registry?host=%2Ftmp%2Fa%20place"
    assert config("registry", url).get_main_option("sqlalchemy.url") == url


def test_a_part_without_an_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGISTRY_OWNER_URL", raising=False)
    with pytest.raises(SystemExit, match="REGISTRY_OWNER_URL is not set"):
        main(["registry"])


def test_the_next_migration_follows_the_last(tmp_path: Path) -> None:
    first = begin(tmp_path, "Units get their tables")
    second = begin(tmp_path, "Units have a seat.")

    assert first.name == "0001_units_get_their_tables.py"
    assert second.name == "0002_units_have_a_seat.py"
    tree = ast.parse(second.read_text())
    assert ast.get_docstring(tree) == "Units have a seat."
    assert 'revision, down_revision = "0002_units_have_a_seat", "0001_units_get_their_tables"' in (
        second.read_text()
    )


def test_a_migration_says_what_it_is_about(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="MESSAGE"):
        begin(tmp_path, " - ")
