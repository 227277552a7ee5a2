"""Behind the service's back: plain SQL under the service's own role."""

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import (
    CheckViolation,
    ForeignKeyViolation,
    InsufficientPrivilege,
    UniqueViolation,
)

from tests.conftest import login

SPK, SGA, AUTHOR, MACHINE = "06.spk", "06.sga", "link:author", "06.participation"
ROW = "%s, %s, %s, '{}', now(), now()"
ITEM = f"INSERT INTO item VALUES ({ROW}, '{{}}', '{{}}', NULL, 'de', 'web')"
WORDING = f"INSERT INTO wording VALUES ({ROW}, %s, 'Titel', 'Text', '')"
PLACE = f"INSERT INTO whereabouts VALUES ({ROW}, %s, 'outside', '2021', {'NULL, ' * 4} false)"
ADVICE = f"INSERT INTO suggestion VALUES ({ROW}, %s, 'roads', 'x.y', '{{}}', '', '', false)"
ROUTING = f"INSERT INTO routing VALUES ({ROW}, %s, %s, 'weil')"
REPLY = f"INSERT INTO routing_reply VALUES ({ROW}, %s, %s, %s, 'weil', %s)"
HANDOVER = f"INSERT INTO handover VALUES ({ROW}, %s, %s, 'accepted', 'weil', '06.other')"
ANSWER = f"INSERT INTO answer VALUES ({ROW}, %s, %s, 'accepted')"
VERSION = f"INSERT INTO answer_version VALUES ({ROW}, %s, %s, 'Text', '', 'will_do', '', 'hash')"


class Scene:
    """A public item that was proposed to the SGA, which took it on; each word under its unit."""

    def __init__(self, sql: psycopg.Connection) -> None:
        self.sql = sql
        self.item = self.says(AUTHOR, ITEM)
        self.routing = self.says(SPK, ROUTING, self.item, SGA)
        self.acceptance = self.says(SGA, REPLY, self.routing, self.item, "accepted", None)

    def says(self, unit: str, words: str, *more: object, visibility: str = "public") -> UUID:
        """Insert a row in the name of a unit."""
        self.speak_as(unit)
        row = uuid4()
        self.sql.execute(words, [row, unit, visibility, *more])
        return row

    def speak_as(self, unit: str) -> None:
        """From here on, in the name of this unit."""
        staff = "yes" if unit in (SPK, SGA) else ""
        self.sql.execute(
            "SELECT set_config('kiez.unit', %s, true), set_config('kiez.staff', %s, true)",
            [unit, staff],
        )

    def draft(self) -> UUID:
        """An answer of the SGA with one version."""
        answer = self.says(SGA, ANSWER, self.item, self.acceptance, visibility="unit")
        self.says(SGA, VERSION, answer, 1, visibility="unit")
        return answer


@pytest.fixture
def scene(template: Callable[[str], str]) -> Iterator[Scene]:
    """Nothing of it is ever committed."""
    with login(template("participation"), "participation_service") as connection:
        yield Scene(connection)
        connection.rollback()


def test_the_words_of_an_item_are_its_authors(scene: Scene) -> None:
    with pytest.raises(ForeignKeyViolation):
        scene.says(SPK, WORDING, scene.item)


def test_withdrawn_words_are_hidden_by_the_database_itself(scene: Scene) -> None:
    scene.says(AUTHOR, WORDING, scene.item)
    scene.sql.execute("UPDATE wording SET visibility = 'unit'")

    scene.speak_as(SPK)

    assert scene.sql.execute("SELECT * FROM wording").fetchall() == []
    assert len(scene.sql.execute("SELECT * FROM item").fetchall()) == 1


@pytest.mark.parametrize("words", [PLACE, ADVICE])
def test_only_the_machine_says_what_the_machine_found(scene: Scene, words: str) -> None:
    scene.says(MACHINE, words, scene.item)
    with pytest.raises(CheckViolation, match="only_the_machine"):
        scene.says(SPK, words, scene.item)


@pytest.mark.parametrize("words", [PLACE, ADVICE])
def test_it_is_said_once(scene: Scene, words: str) -> None:
    scene.says(MACHINE, words, scene.item)
    with pytest.raises(UniqueViolation):
        scene.says(MACHINE, words, scene.item)


@pytest.mark.parametrize("unit", [SPK, "06.jugendamt"])
def test_only_the_proposed_office_replies(scene: Scene, unit: str) -> None:
    routing = scene.says(SPK, ROUTING, scene.item, SGA)
    with pytest.raises(ForeignKeyViolation):
        scene.says(unit, REPLY, routing, scene.item, "accepted", None)


def test_a_reply_is_about_the_item_that_was_proposed(scene: Scene) -> None:
    other = scene.says(AUTHOR, ITEM)
    routing = scene.says(SPK, ROUTING, scene.item, SGA)
    with pytest.raises(ForeignKeyViolation):
        scene.says(SGA, REPLY, routing, other, "accepted", None)


def test_to_one_proposal_there_is_one_reply(scene: Scene) -> None:
    with pytest.raises(UniqueViolation):
        scene.says(SGA, REPLY, scene.routing, scene.item, "not_mine", "06.other")


def test_who_says_not_mine_names_another(scene: Scene) -> None:
    routing = scene.says(SPK, ROUTING, scene.item, SGA)
    with pytest.raises(CheckViolation, match="another_named"):
        scene.says(SGA, REPLY, routing, scene.item, "not_mine", None)


@pytest.mark.parametrize("unit", [SPK, "06.jugendamt"])
def test_only_who_accepted_answers(scene: Scene, unit: str) -> None:
    with pytest.raises(ForeignKeyViolation):
        scene.says(unit, ANSWER, scene.item, scene.acceptance)


def test_who_said_not_mine_does_not_answer(scene: Scene) -> None:
    routing = scene.says(SPK, ROUTING, scene.item, "06.jugendamt")
    reply = scene.says("06.jugendamt", REPLY, routing, scene.item, "not_mine", SGA)
    with pytest.raises(ForeignKeyViolation):
        scene.says("06.jugendamt", ANSWER, scene.item, reply)


def test_who_passed_it_on_writes_no_further_version(scene: Scene) -> None:
    answer = scene.draft()
    scene.says(SGA, HANDOVER, scene.acceptance, scene.item)
    with pytest.raises(CheckViolation, match="not in the hands"):
        scene.says(SGA, VERSION, answer, 2, visibility="unit")


def test_who_passed_it_on_publishes_nothing(scene: Scene) -> None:
    scene.draft()
    scene.says(SGA, HANDOVER, scene.acceptance, scene.item)
    with pytest.raises(CheckViolation, match="not in the hands"):
        scene.sql.execute("UPDATE answer_version SET visibility = 'public', published_at = now()")


def test_who_got_it_back_writes_on(scene: Scene) -> None:
    answer = scene.draft()
    scene.says(SGA, HANDOVER, scene.acceptance, scene.item)
    routing = scene.says(SPK, ROUTING, scene.item, SGA)
    scene.says(SGA, REPLY, routing, scene.item, "accepted", None)

    scene.says(SGA, VERSION, answer, 2, visibility="unit")


def test_nobody_writes_a_version_of_anothers_answer(scene: Scene) -> None:
    answer = scene.draft()
    with pytest.raises((ForeignKeyViolation, CheckViolation)):
        scene.says(SPK, VERSION, answer, 2, visibility="unit")


@pytest.mark.parametrize("column", ["text", "plain_language", "outcome", "reasons", "text_hash"])
def test_the_words_of_a_version_are_changed_by_nobody(scene: Scene, column: str) -> None:
    scene.draft()
    with pytest.raises(InsufficientPrivilege):
        scene.sql.execute(f"UPDATE answer_version SET {column} = 'will_not'")


def test_a_draft_is_seen_by_no_other_unit(scene: Scene) -> None:
    scene.draft()
    scene.speak_as(SPK)
    assert scene.sql.execute("SELECT * FROM answer_version").fetchall() == []


def test_what_is_seen_by_others_has_been_published(scene: Scene) -> None:
    answer = scene.says(SGA, ANSWER, scene.item, scene.acceptance)
    with pytest.raises(CheckViolation, match="draft_unseen"):
        scene.says(SGA, VERSION, answer, 1, visibility="public")


def test_a_proposal_of_the_coordination_is_changed_by_no_office(scene: Scene) -> None:
    scene.speak_as(SGA)
    changed = scene.sql.execute("UPDATE routing SET addressee = '06.jugendamt'")
    assert changed.rowcount == 0
