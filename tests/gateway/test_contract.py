"""The merged contract: one document that names everything once, and nothing that is not there."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.contracts import HERE, committed, documents, merged
from shared.authority import PAGE

WHOLE = merged(documents(), "1")
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, operations in WHOLE["paths"].items()
    for method, operation in operations.items()
]


def references(value: Any) -> Iterator[str]:
    """Every reference in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from references(each)


def test_every_reference_leads_somewhere() -> None:
    schemas = {f"#/components/schemas/{name}" for name in WHOLE["components"]["schemas"]}
    found = set(references(WHOLE))
    assert found
    assert found <= schemas


def test_no_operation_of_a_part_is_lost() -> None:
    parts = documents().values()
    count = sum(len(operations) for part in parts for operations in part["paths"].values())
    assert len(OPERATIONS) == count


def test_o11_the_one_contract_hides_nothing_and_offers_nothing_more() -> None:
    offered = {(method.upper(), path) for path, ops in WHOLE["paths"].items() for method in ops}
    assert offered == {(each.method, each.template) for each in committed()}
    astray = [
        each
        for each in committed()
        if each.service != HERE and each.template.split("/")[1] != each.service
    ]
    assert astray == []
    assert not any(re.match(r"/(health|metrics)\b", path) for path in WHOLE["paths"])


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"\w+", name)] == []


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_an_operation_says_what_it_does_and_which_act_it_is(
    name: str, operation: dict[str, Any]
) -> None:
    act = PAGE[operation["x-act"]]
    assert operation["x-act-class"] == act.act_class
    assert operation["summary"]
    assert operation["description"].strip().endswith((".", ")"))
    assert operation["responses"]["default"]["content"].keys() == {"application/problem+json"}


def test_the_parts_themselves_are_left_as_they_are() -> None:
    before = json.dumps(documents())
    merged(documents(), "1")
    assert json.dumps(documents()) == before
