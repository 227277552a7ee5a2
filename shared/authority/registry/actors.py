"""Who may do what with actors: partners speak for themselves, the coordination lists others."""

from shared.authority.acts import COORDINATION, EVERYONE, OWN_UNIT, PARTNER, Act, ActClass

ACTS = (
    Act(
        "actor.read",
        ActClass.PUBLIC,
        EVERYONE,
        de="die lokalen Akteure lesen",
        en="read the local actors",
    ),
    Act(
        "actor.present",
        ActClass.OWN,
        PARTNER,
        OWN_UNIT,
        alternative="actor.list",
        de="den eigenen Träger vorstellen",
        en="present one's own organisation",
    ),
    Act(
        "actor.revise",
        ActClass.OWN,
        PARTNER,
        OWN_UNIT,
        alternative="actor.propose_change",
        de="den eigenen Eintrag ändern",
        en="revise one's own entry",
    ),
    Act(
        "actor.list",
        ActClass.COORDINATE,
        COORDINATION,
        OWN_UNIT,
        regional=True,
        de="einen bekannten Akteur eintragen",
        en="list an actor that one knows of",
    ),
    Act(
        "actor.propose_change",
        ActClass.COORDINATE,
        COORDINATION,
        OWN_UNIT,
        regional=True,
        de="die Änderung eines Eintrags vorschlagen",
        en="propose a change to an entry",
    ),
)
