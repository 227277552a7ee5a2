"""Who may do what with units: their tree is the Bezirksamt's word, and its steward keeps it."""

from shared.authority.acts import EQUALS, EVERYONE, OWN_UNIT, STEWARD, Act, ActClass

ACTS = (
    Act(
        "unit.read",
        ActClass.PUBLIC,
        EVERYONE,
        de="Stellen und ihre Gliederung lesen",
        en="read units and how they are organised",
    ),
    Act(
        "unit.enter",
        ActClass.OWN,
        STEWARD,
        OWN_UNIT,
        alternative="request.make",
        de="eine Stelle eintragen",
        en="enter a unit",
    ),
    Act(
        "unit.rename",
        ActClass.OWN,
        STEWARD,
        OWN_UNIT,
        alternative="request.make",
        de="eine Stelle umbenennen",
        en="rename a unit",
    ),
    Act(
        "unit.attach",
        ActClass.OWN,
        STEWARD,
        OWN_UNIT,
        alternative="request.make",
        de="eine Stelle einer anderen zuordnen",
        en="put a unit below another",
    ),
    # Coordinating, not owning: the coordination has a mailbox of its own to keep, too.
    Act(
        "unit.state_contact",
        ActClass.COORDINATE,
        EQUALS | STEWARD,
        OWN_UNIT,
        de="sagen, wie die eigene Stelle erreichbar ist",
        en="say how one's own unit is reached",
    ),
)
