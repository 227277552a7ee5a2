"""Who may do what at the gateway itself, and what every service offers alike."""

from shared.authority.acts import EVERYONE, SERVICE, STAFF, Act, ActClass, Relation, Role

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
    # Who keeps the house locks a lost key out of it; whose key it was is nobody else's business.
    Act(
        "revocation.enter",
        ActClass.ADMINISTER,
        frozenset({Role.ADMINISTRATOR}),
        (Relation.OWN_UNIT,),
        de="eine Anmeldung sperren",
        en="revoke a sign-in",
    ),
    Act(
        "revocation.read",
        ActClass.ADMINISTER,
        frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
        de="die Sperren lesen",
        en="read the revocations",
    ),
    Act(
        "revocation.apply",
        ActClass.ADMINISTER,
        SERVICE,
        by_job=True,
        de="eine Sperre anwenden",
        en="apply a revocation",
    ),
    # The same of what was let pass: hat, act and outcome.
    Act(
        "passage.read",
        ActClass.INTERNAL,
        STAFF | {Role.AUDITOR, Role.ADMINISTRATOR},
        de="lesen, welche Änderungen durchgelassen wurden",
        en="read which changes were let pass",
    ),
    Act(
        "passage.keep",
        ActClass.EXCHANGE,
        SERVICE,
        by_job=True,
        de="festhalten, was durchgelassen wird",
        en="keep what is let pass",
    ),
    # Figures alone, from which the gateway makes the report that everybody reads.
    Act(
        "event.tally",
        ActClass.EXCHANGE,
        SERVICE,
        de="zählen, wie oft was getan wurde",
        en="count how often what was done",
    ),
    Act(
        "authority.report",
        ActClass.PUBLIC,
        EVERYONE,
        de="den Bericht über die Koordination lesen",
        en="read the report on the coordination",
    ),
    Act(
        "journal.seal",
        ActClass.EXCHANGE,
        SERVICE,
        by_job=True,
        de="das Journal versiegeln",
        en="seal the journal",
    ),
    # Emptying what is personal; the entry, its act and its seal stay.
    Act(
        "journal.erase",
        ActClass.ADMINISTER,
        frozenset({Role.ADMINISTRATOR}),
        by_job=True,
        de="Personenbezogenes im Journal leeren",
        en="erase what is personal in the journal",
    ),
)
