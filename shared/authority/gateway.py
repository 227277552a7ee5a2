"""Who may do what at the gateway itself, and what every service offers alike."""

from shared.authority.acts import EVERYONE, STAFF, Act, ActClass, Relation, Role

OWN_UNIT = (Relation.OWN_UNIT,)

SERVICE = frozenset({Role.SERVICE})

ACTS = (
    Act("portal.read", ActClass.PUBLIC, EVERYONE),
    Act("authority.read", ActClass.PUBLIC, EVERYONE),
    Act("event.read", ActClass.PUBLIC, EVERYONE),
    # A refusal names hat, unit, act and rule, and nothing of the matter; so auditors see it, too.
    Act("refusal.read", ActClass.INTERNAL, STAFF | {Role.AUDITOR, Role.ADMINISTRATOR}),
    # Who keeps the house locks a lost key out of it; whose key it was is nobody else's business.
    Act("revocation.enter", ActClass.ADMINISTER, frozenset({Role.ADMINISTRATOR}), OWN_UNIT),
    Act("revocation.read", ActClass.ADMINISTER, frozenset({Role.ADMINISTRATOR, Role.AUDITOR})),
    Act("revocation.apply", ActClass.ADMINISTER, SERVICE, by_job=True),
    Act("refusal.keep", ActClass.EXCHANGE, SERVICE, by_job=True),
    # The same of what was let pass: hat, act and outcome.
    Act("passage.read", ActClass.INTERNAL, STAFF | {Role.AUDITOR, Role.ADMINISTRATOR}),
    Act("passage.keep", ActClass.EXCHANGE, SERVICE, by_job=True),
    # Figures alone, from which the gateway makes the report that everybody reads.
    Act("event.tally", ActClass.EXCHANGE, SERVICE),
    Act("authority.report", ActClass.PUBLIC, EVERYONE),
    Act("journal.seal", ActClass.EXCHANGE, SERVICE, by_job=True),
    # Emptying what is personal; the entry, its act and its seal stay.
    Act("journal.erase", ActClass.ADMINISTER, frozenset({Role.ADMINISTRATOR}), by_job=True),
)
