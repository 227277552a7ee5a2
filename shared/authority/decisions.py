"""One pure decision about a hat and an act, and what must hold for the whole page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.authority.acts import COORDINATION, Act, ActClass, Hat, Relation, Role


@dataclass(frozen=True, slots=True)
class Permit:
    """Go on."""


@dataclass(frozen=True, slots=True)
class PermitIf:
    """Go on, and prove every one of `relations` on the record itself."""

    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Refuse:
    """No, because; who may instead, and which lawful act is open to this hat."""

    reason: str
    who_may: tuple[Role, ...]
    alternative: str | None


Decision = Permit | PermitIf | Refuse
Page = Mapping[str, Act]


def decide(hat: Hat, act: Act, page: Page) -> Decision:
    """Whether `hat` may do `act`, as far as that can be known without the record."""
    if hat.role not in act.roles:
        return _refuse("role", hat, act, page)
    relations = act.relations_for(hat.role)
    if not relations:
        return Permit()
    if not hat.unit:
        return _refuse("no unit", hat, act, page)
    return PermitIf(relations)


def open_instead(hat: Hat, act: Act, page: Page) -> str | None:
    """The act this hat may turn to when `act` is refused; never one that it does not hold."""
    alternative = page.get(act.alternative or "")
    return alternative.id if alternative and hat.role in alternative.roles else None


def _refuse(reason: str, hat: Hat, act: Act, page: Page) -> Refuse:
    return Refuse(reason, tuple(sorted(act.roles)), open_instead(hat, act, page))


LAWFUL = frozenset({ActClass.PUBLIC, ActClass.INTERNAL, ActClass.COORDINATE})
BINDING = frozenset({ActClass.OWN, ActClass.DECIDE})
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


def broken_invariants(page: Page) -> Iterator[str]:
    """Every cell of `page` that says what this platform must never say."""
    for act in page.values():
        if act.alternative is not None and act.alternative not in page:
            yield f"{act.id}: its alternative {act.alternative} is not on the page"
        for role in Role:
            yield from _broken_cell(Hat(role, "any.unit"), act, page)


def _broken_cell(hat: Hat, act: Act, page: Page) -> Iterator[str]:
    cell, decision = f"{hat.role} {act.id}", decide(hat, act, page)
    refused, binding = isinstance(decision, Refuse), act.act_class in BINDING
    if hat.role in COORDINATION and act.act_class not in LAWFUL and not refused:
        yield f"{cell}: the coordination only coordinates"
    if binding and isinstance(decision, Permit):
        yield f"{cell}: nobody owns or decides unconditionally"
    if hat.role in KEEPERS and (binding or act.act_class is ActClass.COORDINATE) and not refused:
        yield f"{cell}: who keeps the house stays out of its business"
    instead = page.get(open_instead(hat, act, page) or "")
    lawful = instead is not None and instead.act_class is ActClass.COORDINATE
    if hat.role in COORDINATION and binding and not lawful:
        yield f"{cell}: a refusal to the coordination names a lawful way"
