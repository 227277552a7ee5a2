"""`kiezknoten journal`: what an operator is told, and with which exit code."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg.errors import ObjectNotInPrerequisiteState
from typer.testing import CliRunner, Result

from deploy import migrations
from deploy.command import app
from tests.conftest import PARTS, admin, url
from tests.shared.sealed import sealed, write

COMMANDS = CliRunner()
NOWHERE = Path("/nowhere")


@pytest.fixture
def database(own_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A registry's journal with entries, and the way to it in the environment."""
    monkeypatch.setattr("deploy.command.HOUSE", NOWHERE)
    for part in PARTS:
        monkeypatch.delenv(f"{part.upper()}_OWNER_URL", raising=False)
    name = own_database("registry")
    monkeypatch.setenv("REGISTRY_OWNER_URL", url(name, "registry_owner"))
    write(name, 5)
    sealed(name, 2)
    return name


def told(*words: str) -> Result:
    return COMMANDS.invoke(app, ["journal", *words], env={"COLUMNS": "200"})


def test_an_intact_journal_is_called_so(database: str) -> None:
    said = told("verify")

    assert said.exit_code == 0, said.output
    row = next(line for line in said.output.splitlines() if "registry" in line)
    assert [word for word in row.replace("│", " ").split() if word.isdigit()] == list("5500")
    assert "Unversehrt. | Intact." in said.output


def test_a_broken_one_names_the_place_in_both_languages(database: str) -> None:
    with admin(database) as eyes:
        eyes.execute("SET session_replication_role = replica")
        eyes.execute("""UPDATE journal SET said = '{"wort": "anders"}' WHERE seq = 3""")

    said = told("verify", "--part", "registry")

    assert said.exit_code == 1
    assert "registry: Eintrag 3: Was darin gesagt ist, wurde geändert. | Entry 3" in said.output
    assert "Unversehrt" not in said.output


def test_a_head_kept_elsewhere_is_looked_for(database: str) -> None:
    with admin(database) as eyes:
        (head,) = eyes.execute("SELECT encode(hash, 'hex') FROM seal WHERE n = 3").fetchone() or ()
        assert told("verify", "--head", head.upper()).exit_code == 0
        eyes.execute("SET session_replication_role = replica")
        eyes.execute("DELETE FROM seal WHERE n = 3; DELETE FROM journal WHERE seq = 5")

    assert told("verify").exit_code == 0
    said = told("verify", "--head", head)
    assert said.exit_code == 1
    assert "abgeschnitten" in said.output


def test_what_is_personal_is_erased(database: str) -> None:
    said = told("erase", "--part", "registry", "--subject", "anna")
    assert (said.exit_code, said.output.split()[0]) == (0, "5")
    assert told("verify").exit_code == 0
    with admin(database) as eyes:
        assert "anna" not in str(eyes.execute("SELECT journal::text FROM journal").fetchall())


def test_one_records_entries_are_erased(database: str) -> None:
    with admin(database) as eyes:
        (id_,) = eyes.execute("SELECT resource_id FROM journal WHERE seq = 2").fetchone() or ()
    said = told("erase", "--part", "registry", "--resource", f"request/{id_}")
    assert said.output.startswith("1 Einträge geleert.")
    assert told("erase", "--part", "registry", "--resource", f"x/{uuid4()}").output[0] == "0"


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--part", "datahub"),
        ("erase", "--part", "registry"),
        ("erase", "--part", "registry", "--subject", "x", "--resource", "y"),
        ("erase", "--part", "registry", "--resource", "request/5"),
    ],
)
def test_who_asks_for_too_little_is_told_what_is_missing(
    database: str, words: tuple[str, ...]
) -> None:
    said = told(*words)
    assert said.exit_code == 2
    assert " | " in said.output


def test_a_database_that_does_not_answer_is_no_broken_chain(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "postgresql+psycopg://registry_owner@127.0.0.1:1/registry"
    monkeypatch.setenv("REGISTRY_OWNER_URL", nowhere)
    said = told("verify")
    assert said.exit_code == 2
    assert "No answer from the database" in said.output
    assert "Traceback" not in said.output


def test_on_the_machine_of_the_house_the_logins_are_known(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = {"REGISTRY_OWNER_URL": url(database, "registry_owner")}
    (tmp_path / "house.json").write_text(json.dumps({"environment": {}, "owners": owners}))
    monkeypatch.setattr("deploy.command.HOUSE", tmp_path / "house.json")
    known = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    monkeypatch.setattr(os, "environ", known)

    assert told("verify", "--part", "registry").exit_code == 0


def test_a_restored_journal_takes_no_entry_until_its_cluster_has_caught_up(database: str) -> None:
    with admin(database) as eyes:
        eyes.execute("SET session_replication_role = replica")
        eyes.execute("UPDATE seal SET last_xact = (last_xact::text::bigint + 3000)::text::xid8")
    with pytest.raises(ObjectNotInPrerequisiteState, match="kiezknoten journal catch-up"):
        write(database, 1)

    assert int(told("catch-up", "--part", "registry").output.split()[0]) > 2000
    write(database, 1)
    assert told("catch-up", "--part", "registry").output.split()[0] == "0"


def test_the_migrations_see_to_that_before_each_start(database: str) -> None:
    with admin(database) as eyes:
        eyes.execute("SET session_replication_role = replica")
        eyes.execute("UPDATE seal SET last_xact = (last_xact::text::bigint + 300)::text::xid8")
    migrations.main(["registry"])
    write(database, 1)
