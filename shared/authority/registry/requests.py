"""Who may do what with coordination requests."""

from shared.authority.acts import ADDRESSEE, EQUALS, EVERYONE, LEAD, OWN_UNIT, STAFF, Act, ActClass

ACTS = (
    Act(
        "request.read",
        ActClass.PUBLIC,
        EVERYONE,
        de="ein Koordinationsersuchen lesen",
        en="read a coordination request",
    ),
    Act(
        "request.browse",
        ActClass.INTERNAL,
        STAFF,
        de="die Koordinationsersuchen durchsehen",
        en="browse the coordination requests",
    ),
    Act(
        "request.make",
        ActClass.COORDINATE,
        EQUALS,
        OWN_UNIT,
        regional=True,
        de="ein Koordinationsersuchen stellen",
        en="make a coordination request",
    ),
    Act(
        "request.remind",
        ActClass.COORDINATE,
        EQUALS,
        OWN_UNIT,
        alternative="request.make",
        de="an ein Koordinationsersuchen erinnern",
        en="remind of a coordination request",
    ),
    Act(
        "request.withdraw",
        ActClass.COORDINATE,
        EQUALS,
        OWN_UNIT,
        alternative="request.make",
        de="ein Koordinationsersuchen zurückziehen",
        en="withdraw a coordination request",
    ),
    # Not of class `own`: equals ask and equals answer. As `own` it would be closed to the
    # coordination, and a request addressed to the coordination could never be answered.
    Act(
        "request.reply",
        ActClass.COORDINATE,
        EQUALS,
        ADDRESSEE,
        alternative="request.remind",
        de="auf ein Koordinationsersuchen antworten",
        en="reply to a coordination request",
    ),
    Act(
        "reply.publish",
        ActClass.DECIDE,
        LEAD,
        OWN_UNIT,
        alternative="request.make",
        de="die Antwort auf ein Koordinationsersuchen veröffentlichen",
        en="publish a reply to a coordination request",
    ),
)
