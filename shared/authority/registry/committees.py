"""Who may do what with committees."""

from shared.authority.acts import (
    ADDRESSEE,
    EQUALS,
    EVERYONE,
    EXECUTIVE,
    OWN_UNIT,
    PARTNER,
    Act,
    ActClass,
)

ACTS = (
    Act(
        "committee.read",
        ActClass.PUBLIC,
        EVERYONE,
        de="die Gremien lesen",
        en="read the committees",
    ),
    Act(
        "committee.convene",
        ActClass.COORDINATE,
        EQUALS,
        OWN_UNIT,
        regional=True,
        de="ein Gremium einberufen",
        en="convene a committee",
    ),
    Act(
        "committee.revise",
        ActClass.COORDINATE,
        EQUALS,
        OWN_UNIT,
        regional=True,
        de="das eigene Gremium ändern",
        en="revise one's own committee",
    ),
    Act(
        "committee.invite",
        ActClass.COORDINATE,
        EQUALS,
        OWN_UNIT,
        alternative="request.make",
        de="in das eigene Gremium einladen",
        en="invite to one's own committee",
    ),
    # Whether and by whom a unit takes its seat is that unit's word alone.
    Act(
        "membership.take",
        ActClass.COORDINATE,
        EQUALS | PARTNER | EXECUTIVE,
        ADDRESSEE,
        alternative="committee.invite",
        de="einen angebotenen Sitz einnehmen",
        en="take a seat that was offered",
    ),
    Act(
        "membership.end",
        ActClass.COORDINATE,
        EQUALS | PARTNER | EXECUTIVE,
        OWN_UNIT,
        alternative="committee.invite",
        de="den eigenen Sitz aufgeben",
        en="give up one's own seat",
    ),
)
