"""Who may do what in the ledger of responsibilities."""

from shared.authority.acts import (
    ADDRESSEE,
    EQUALS,
    EVERYONE,
    EXECUTIVE,
    LEAD,
    OFFICE,
    OWN_UNIT,
    Act,
    ActClass,
    Role,
)

ACTS = (
    Act(
        "responsibility.read",
        ActClass.PUBLIC,
        EVERYONE,
        de="nachsehen, wer zuständig ist",
        en="look up who is responsible",
    ),
    Act(
        "responsibility.propose",
        ActClass.COORDINATE,
        EQUALS,
        OWN_UNIT,
        regional=True,
        de="eine Zuständigkeit vorschlagen",
        en="propose a responsibility",
    ),
    Act(
        "responsibility.confirm",
        ActClass.DECIDE,
        LEAD | {Role.COMMISSIONER},
        OWN_UNIT,
        alternative="responsibility.propose",
        de="die Zuständigkeit der eigenen Stelle bestätigen",
        en="confirm that one's own unit is responsible",
    ),
    Act(
        "responsibility.contest",
        ActClass.OWN,
        OFFICE,
        ADDRESSEE,
        alternative="responsibility.propose",
        de="einer Zuständigkeit der eigenen Stelle widersprechen",
        en="object to being named responsible",
    ),
    Act(
        "responsibility.end",
        ActClass.DECIDE,
        LEAD | EXECUTIVE | {Role.COMMISSIONER},
        OWN_UNIT,
        alternative="responsibility.propose",
        de="eine Zuständigkeit beenden",
        en="end a responsibility",
    ),
    Act(
        "responsibility.decide",
        ActClass.DECIDE,
        EXECUTIVE,
        OWN_UNIT,
        alternative="responsibility.propose",
        de="über eine Zuständigkeit entscheiden",
        en="decide who is responsible",
    ),
)
