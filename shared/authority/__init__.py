"""The one page that says who may do what: acts as data, one pure decision, what must hold."""

from collections.abc import Iterator, Mapping

from shared.authority import datahub, decisions, gateway, participation, registry
from shared.authority.acts import (
    COORDINATION,
    EQUALS,
    EVERYONE,
    GERMAN,
    STAFF,
    Act,
    ActClass,
    Hat,
    Relation,
    Role,
)
from shared.authority.decisions import Decision, Permit, PermitIf, Refuse

__all__ = [
    "COORDINATION",
    "EQUALS",
    "EVERYONE",
    "GERMAN",
    "PAGE",
    "STAFF",
    "Act",
    "ActClass",
    "Decision",
    "Hat",
    "Permit",
    "PermitIf",
    "Refuse",
    "Relation",
    "Role",
    "broken_invariants",
    "decide",
    "open_instead",
]

PAGE: Mapping[str, Act] = {
    act.id: act for page in (gateway, registry, datahub, participation) for act in page.ACTS
}


def decide(hat: Hat, act: Act, page: Mapping[str, Act] = PAGE) -> Decision:
    """Whether `hat` may do `act`, as far as that can be known without the record."""
    return decisions.decide(hat, act, page)


def open_instead(hat: Hat, act: Act, page: Mapping[str, Act] = PAGE) -> str | None:
    """The act this hat may turn to when `act` is refused; never one that it does not hold."""
    return decisions.open_instead(hat, act, page)


def broken_invariants(page: Mapping[str, Act] = PAGE) -> Iterator[str]:
    """Every cell of `page` that says what this platform must never say."""
    return decisions.broken_invariants(page)
