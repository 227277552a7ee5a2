"""What the page says about a hat and an act, cell by cell, and why; in words for people."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from http import HTTPStatus

from shared.authority import (
    COORDINATION,
    GERMAN,
    PAGE,
    Act,
    ActClass,
    Hat,
    Permit,
    PermitIf,
    Refuse,
    Relation,
    Role,
    decide,
)
from shared.authority.decisions import BINDING
from shared.problems import Refused

HAT = re.compile(r"(?P<role>[a-z_]{1,40})(@(?P<unit>[^\s@]{1,100}))?")
SOME_UNIT = "any.unit"
Words = Mapping[str, str]

CONDITIONS: Mapping[Relation, Words] = {
    Relation.OWN_UNIT: {
        "de": "wenn der Datensatz das Wort der eigenen Stelle ist",
        "en": "if the record is the word of its own unit",
    },
    Relation.ADDRESSEE: {
        "de": "wenn der Datensatz an die eigene Stelle gerichtet ist",
        "en": "if the record is addressed to its own unit",
    },
    Relation.IN_REGION: {
        "de": "wenn die Sache in den eigenen Bezirksregionen liegt",
        "en": "if the matter lies in its own district regions",
    },
}
CLASSES: Mapping[ActClass, Words] = {
    ActClass.PUBLIC: {"de": "öffentlich", "en": "public"},
    ActClass.CONTRIBUTE: {"de": "beitragen", "en": "contribute"},
    ActClass.INTERNAL: {"de": "intern lesen", "en": "read internally"},
    ActClass.COORDINATE: {"de": "koordinieren", "en": "coordinate"},
    ActClass.OWN: {"de": "in eigener Sache", "en": "in one's own matter"},
    ActClass.DECIDE: {"de": "entscheiden", "en": "decide"},
    ActClass.EXCHANGE: {"de": "austauschen", "en": "exchange"},
    ActClass.ADMINISTER: {"de": "verwalten", "en": "administer"},
}
SERVICES: Mapping[str, Words] = {
    "gateway": {"de": "Eingang", "en": "gateway"},
    "registry": {"de": "Wer ist wer", "en": "registry"},
    "datahub": {"de": "Daten", "en": "data hub"},
    "participation": {"de": "Beteiligung", "en": "participation"},
}
OUTCOMES: Mapping[str, Words] = {
    "de": {"permit": "ja", "if": "wenn", "refuse": "nein"},
    "en": {"permit": "yes", "if": "if", "refuse": "no"},
}
# What a refusal means where it is the point of the platform, beside the mere "not this role".
NEVER_INSTRUCTS: Words = {
    "de": "Die Koordination lädt ein, fragt und schlägt vor; sie weist nicht an.",
    "en": "The coordination invites, asks and proposes; it never instructs.",
}
NO_UNIT: Words = {
    "de": "Dafür muss die Rolle für eine Stelle sprechen.",
    "en": "For that the role has to speak for a unit.",
}


class UnknownHat(Refused):
    """A hat is a role of the page, alone or at a unit."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    de = "Die Rolle „{hat}“ gibt es nicht. Bitte eine der genannten, allein oder als Rolle@Stelle."
    en = "There is no role “{hat}”. Please name one of those listed, alone or as role@unit."


class UnknownAct(Refused):
    """An act is one of those on the page."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    de = "Die Handlung „{act}“ gibt es nicht. Alle Handlungen stehen unter /authority."
    en = "There is no act “{act}”. All acts are listed at /authority."


@dataclass(frozen=True, slots=True)
class Condition:
    """A relation that has to hold, in words."""

    relation: Relation
    sentence: str


@dataclass(frozen=True, slots=True)
class Instead:
    """An act that is open to the hat."""

    act: str
    doing: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the page says about one hat and one act, and why."""

    hat: str
    act: Act
    doing: str
    outcome: str
    reason: str | None
    sentence: str
    conditions: tuple[Condition, ...]
    who_may: tuple[Role, ...]
    alternative: Instead | None


def called(role: Role, language: str) -> str:
    """A role's name as people say it."""
    return GERMAN[role] if language == "de" else role.replace("_", " ")


def cell(role: Role, act: Act) -> str:
    """`permit`, `if` (relations have to hold) or `refuse`."""
    decision = decide(Hat(role, SOME_UNIT), act)
    if isinstance(decision, Refuse):
        return "refuse"
    return "if" if isinstance(decision, PermitIf) else "permit"


def those(hat: Role | None, act_class: ActClass | None, service: str | None) -> list[Act]:
    """The acts of a class and a service that a hat holds; what is None does not matter."""
    return [
        act
        for act in PAGE.values()
        if (hat is None or hat in act.roles)
        and act_class in (None, act.act_class)
        and service in (None, act.service)
    ]


def hat_named(asked: str) -> Hat:
    """The hat that `role` or `role@unit` means; a role alone stands at some unit of its own."""
    found = HAT.fullmatch(asked)
    if found is None or found["role"] not in set(Role):
        raise UnknownHat(hat=asked[:40], allowed=list(Role))
    return Hat(Role(found["role"]), found["unit"] or SOME_UNIT)


def act_named(asked: str) -> Act:
    """The act of this id; another is refused with those that are called nearly so."""
    if asked not in PAGE:
        raise UnknownAct(act=asked[:40], allowed=get_close_matches(asked[:80], PAGE, 5, 0.5))
    return PAGE[asked]


def explained(asked: str, act: Act, language: str) -> Explanation:
    """One cell of the page: whether the hat may, under which conditions, and else who may."""
    hat = hat_named(asked)
    decision = decide(hat, act)
    who = called(hat.role, language) + (f" ({hat.unit})" if hat.unit != SOME_UNIT else "")
    doing = _doing(act, language)
    refused = decision if isinstance(decision, Refuse) else None
    relations = decision.relations if isinstance(decision, PermitIf) else ()
    conditions = tuple(Condition(each, CONDITIONS[each][language]) for each in relations)
    instead = PAGE.get(refused.alternative or "") if refused else None
    return Explanation(
        hat=asked,
        act=act,
        doing=doing,
        outcome="refuse" if refused else "permit" if isinstance(decision, Permit) else "if",
        reason=refused.reason if refused else None,
        sentence=_sentence(who, doing, conditions, refused, language)
        + _point(hat, act, refused, language),
        conditions=conditions,
        who_may=tuple(sorted(act.roles)),
        alternative=Instead(instead.id, _doing(instead, language)) if instead else None,
    )


def _doing(act: Act, language: str) -> str:
    return act.de if language == "de" else act.en


def _sentence(
    who: str, doing: str, conditions: Iterable[Condition], refused: Refuse | None, language: str
) -> str:
    """The whole cell in one sentence."""
    if language == "de":
        holds = " und ".join(each.sentence for each in conditions)
        if refused:
            return f"{who} darf das nicht: {doing}."
        return f"{who} darf, {holds}: {doing}." if holds else f"{who} darf: {doing}."
    holds = " and ".join(each.sentence for each in conditions)
    if refused:
        return f"{who} may not {doing}."
    return f"{who} may {doing}, {holds}." if holds else f"{who} may {doing}."


def _point(hat: Hat, act: Act, refused: Refuse | None, language: str) -> str:
    """What stands behind a refusal, where there is more to say than that it is not this role's."""
    if refused and refused.reason == "no unit":
        return f" {NO_UNIT[language]}"
    if refused and hat.role in COORDINATION and act.act_class in BINDING:
        return f" {NEVER_INSTRUCTS[language]}"
    return ""
