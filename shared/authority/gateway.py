"""Who may do what at the gateway itself, and what every service offers alike."""

from shared.authority.acts import EVERYONE, SERVICE, STAFF, Act, ActClass, Role

ACTS = (
    Act(
        "portal.read",
        ActClass.PUBLIC,
        EVERYONE,
        de="die Seiten und die Schnittstelle lesen",
        en="read the pages and the interface",
    ),
    Act(
        "authority.read",
        ActClass.PUBLIC,
        EVERYONE,
        de="nachlesen, wer was darf",
        en="read who may do what",
    ),
    Act(
        "authority.check",
        ActClass.PUBLIC,
        EVERYONE,
        de="nachfragen, warum eine Rolle etwas darf oder nicht",
        en="ask why a role may do something or not",
    ),
    Act(
        "event.read",
        ActClass.PUBLIC,
        EVERYONE,
        de="lesen, was geschehen ist",
        en="read what has happened",
    ),
    # A refusal names hat, unit, act and rule, and nothing of the matter; so auditors see it, too.
    Act(
        "refusal.read",
        ActClass.INTERNAL,
        STAFF | {Role.AUDITOR, Role.ADMINISTRATOR},
        de="die Ablehnungen lesen",
        en="read the refusals",
    ),
    Act(
        "refusal.keep",
        ActClass.EXCHANGE,
        SERVICE,
        by_job=True,
        de="eine Ablehnung festhalten",
        en="keep a refusal",
    ),
)
