"""The page says what this platform exists for."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.contracts import committed
from shared.authority import COORDINATION, EVERYONE, PAGE, Act, ActClass, Role, broken_invariants

ROOT = Path(__file__).parents[2]


def test_the_page_breaks_no_invariant() -> None:
    assert list(broken_invariants()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"roles": COORDINATION | {Role.LEAD}},
        {"roles": frozenset({Role.LEAD, Role.ADMINISTRATOR})},
        {"relations": ()},
        {"alternative": None},
        {"alternative": "event.read"},
        {"act_class": ActClass.OWN, "roles": EVERYONE},
    ],
)
def test_a_page_that_lets_the_coordination_instruct_is_noticed(change: dict[str, object]) -> None:
    page = dict(PAGE) | {"reply.publish": replace(PAGE["reply.publish"], **change)}  # type: ignore[arg-type]
    assert list(broken_invariants(page))


def test_every_act_is_used_and_every_operation_has_one() -> None:
    offered = {operation.act.id for operation in committed()}
    assert offered == {act.id for act in PAGE.values() if not act.by_job}


def test_every_act_without_an_address_is_done_by_some_job() -> None:
    sources = [
        file
        for part in ("gateway", "services", "shared", "deploy")
        for file in (ROOT / part).rglob("*.py")
        if "authority" not in file.parts
    ]
    named = set(
        re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", "".join(map(Path.read_text, sources)))
    )
    assert {act.id for act in PAGE.values() if act.by_job} - named == set()


def test_an_operation_is_an_act_of_its_own_part_or_one_that_all_parts_have() -> None:
    astray = [
        operation
        for operation in committed()
        if operation.act.service not in {operation.service, "gateway"}
    ]
    assert astray == []


@pytest.mark.parametrize("act", PAGE.values(), ids=lambda act: act.id)
def test_an_act_says_in_both_languages_what_one_does(act: Act) -> None:
    for words in (act.de, act.en):
        # A phrase that stands after "may", in a table as in a sentence.
        assert re.fullmatch(r"[\wÄÖÜäöüß][^.!?]+[^.!?\s]", words)
    assert act.de != act.en
