"""Who may do what at the gateway itself, and what every service offers alike."""

from shared.authority.acts import EVERYONE, STAFF, Act, ActClass, Role

ACTS = (
    Act("portal.read", ActClass.PUBLIC, EVERYONE),
    Act("authority.read", ActClass.PUBLIC, EVERYONE),
    Act("event.read", ActClass.PUBLIC, EVERYONE),
    # A refusal names hat, unit, act and rule, and nothing of the matter; so auditors see it, too.
    Act("refusal.read", ActClass.INTERNAL, STAFF | {Role.AUDITOR, Role.ADMINISTRATOR}),
    Act("refusal.keep", ActClass.EXCHANGE, frozenset({Role.SERVICE}), by_job=True),
)
