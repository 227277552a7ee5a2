"""The page says what this platform exists for."""

from dataclasses import replace

import pytest

from gateway.contracts import committed
from shared.authority import COORDINATION, EVERYONE, PAGE, ActClass, Role, broken_invariants


def test_the_page_breaks_no_invariant() -> None:
    assert list(broken_invariants()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"roles": COORDINATION | {Role.LEAD}},
        {"roles": frozenset({Role.LEAD, Role.ADMINISTRATOR})},
        {"relations": ()},
        {"alternative": None},
        {"act_class": ActClass.OWN, "roles": EVERYONE},
    ],
)
def test_a_page_that_lets_the_coordination_instruct_is_noticed(change: dict[str, object]) -> None:
    page = dict(PAGE) | {"reply.publish": replace(PAGE["reply.publish"], **change)}  # type: ignore[arg-type]
    assert list(broken_invariants(page))


def test_every_act_is_used_and_every_operation_has_one() -> None:
    offered = {operation.act.id for operation in committed()}
    assert offered == {act.id for act in PAGE.values() if not act.by_job}
