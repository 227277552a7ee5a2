"""The one page that says who may do what: acts as data, one pure decision, what must hold.

A slice's acts stand in one place, `shared/authority/<service>/<slice>.py`, as its ACTS.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module

from shared.authority import decisions
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


def _acts() -> Iterator[Act]:
    """Every act with its service, in the order of the pages."""
    for page in pkgutil.walk_packages(__path__, f"{__name__}."):
        for act in getattr(import_module(page.name), "ACTS", ()):
            yield replace(act, service=page.name.split(".")[2])


def _page(acts: Iterator[Act]) -> Mapping[str, Act]:
    """The acts by id; two of one id are one too many."""
    page: dict[str, Act] = {}
    for act in acts:
        if page.setdefault(act.id, act) is not act:
            raise LookupError(f"{act.id} is on the page twice")
    return page


PAGE = _page(_acts())


def decide(hat: Hat, act: Act, page: Mapping[str, Act] = PAGE) -> Decision:
    """Whether `hat` may do `act`, as far as that can be known without the record."""
    return decisions.decide(hat, act, page)


def open_instead(hat: Hat, act: Act, page: Mapping[str, Act] = PAGE) -> str | None:
    """The act this hat may turn to when `act` is refused; never one that it does not hold."""
    return decisions.open_instead(hat, act, page)


def broken_invariants(page: Mapping[str, Act] = PAGE) -> Iterator[str]:
    """Every cell of `page` that says what this platform must never say."""
    return decisions.broken_invariants(page)
