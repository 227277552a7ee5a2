"""Who may do what in the registry."""

from shared.authority.acts import (
    COORDINATION,
    EQUALS,
    EVERYONE,
    EXECUTIVE,
    LEAD,
    OFFICE,
    STAFF,
    STEWARD,
    Act,
    ActClass,
    Relation,
    Role,
)

OWN_UNIT, ADDRESSEE = (Relation.OWN_UNIT,), (Relation.ADDRESSEE,)
PARTNER = frozenset({Role.PARTNER})

ACTS = (
    Act("body.read", ActClass.PUBLIC, EVERYONE),
    # Districts are entered by the seed, in the name of the unit whose word they are.
    Act("body.enter", ActClass.OWN, STEWARD, OWN_UNIT, alternative="request.make", by_job=True),
    # The organisation tree is the Bezirksamt's word; its steward keeps it.
    Act("unit.read", ActClass.PUBLIC, EVERYONE),
    Act("unit.enter", ActClass.OWN, STEWARD, OWN_UNIT, alternative="request.make"),
    Act("unit.rename", ActClass.OWN, STEWARD, OWN_UNIT, alternative="request.make"),
    Act("unit.attach", ActClass.OWN, STEWARD, OWN_UNIT, alternative="request.make"),
    # Coordinating, not owning: the coordination has a mailbox of its own to keep, too.
    Act("unit.state_contact", ActClass.COORDINATE, EQUALS | STEWARD, OWN_UNIT),
    Act("topic.read", ActClass.PUBLIC, EVERYONE),
    Act("topic.enter", ActClass.OWN, STEWARD, OWN_UNIT, alternative="topic.propose"),
    Act("topic.revise", ActClass.OWN, STEWARD, OWN_UNIT, alternative="topic.propose"),
    Act("topic.propose", ActClass.COORDINATE, EQUALS, OWN_UNIT),
    Act("responsibility.read", ActClass.PUBLIC, EVERYONE),
    Act("responsibility.propose", ActClass.COORDINATE, EQUALS, OWN_UNIT, regional=True),
    Act(
        "responsibility.confirm",
        ActClass.DECIDE,
        LEAD | {Role.COMMISSIONER},
        OWN_UNIT,
        alternative="responsibility.propose",
    ),
    Act(
        "responsibility.contest",
        ActClass.OWN,
        OFFICE,
        ADDRESSEE,
        alternative="responsibility.propose",
    ),
    Act(
        "responsibility.end",
        ActClass.DECIDE,
        LEAD | EXECUTIVE | {Role.COMMISSIONER},
        OWN_UNIT,
        alternative="responsibility.propose",
    ),
    Act(
        "responsibility.decide",
        ActClass.DECIDE,
        EXECUTIVE,
        OWN_UNIT,
        alternative="responsibility.propose",
    ),
    Act("request.read", ActClass.PUBLIC, EVERYONE),
    Act("request.browse", ActClass.INTERNAL, STAFF),
    Act("request.make", ActClass.COORDINATE, EQUALS, OWN_UNIT, regional=True),
    Act("request.remind", ActClass.COORDINATE, EQUALS, OWN_UNIT, alternative="request.make"),
    Act("request.withdraw", ActClass.COORDINATE, EQUALS, OWN_UNIT, alternative="request.make"),
    # Not of class `own`: equals ask and equals answer. As `own` it would be closed to the
    # coordination, and a request addressed to the coordination could never be answered.
    Act("request.reply", ActClass.COORDINATE, EQUALS, ADDRESSEE, alternative="request.remind"),
    Act("reply.publish", ActClass.DECIDE, LEAD, OWN_UNIT, alternative="request.make"),
    Act("actor.read", ActClass.PUBLIC, EVERYONE),
    # A partner speaks for itself; the coordination lists whom it knows and proposes changes.
    Act("actor.present", ActClass.OWN, PARTNER, OWN_UNIT, alternative="actor.list"),
    Act("actor.revise", ActClass.OWN, PARTNER, OWN_UNIT, alternative="actor.propose_change"),
    Act("actor.list", ActClass.COORDINATE, COORDINATION, OWN_UNIT, regional=True),
    Act("actor.propose_change", ActClass.COORDINATE, COORDINATION, OWN_UNIT, regional=True),
    Act("committee.read", ActClass.PUBLIC, EVERYONE),
    Act("committee.convene", ActClass.COORDINATE, EQUALS, OWN_UNIT, regional=True),
    Act("committee.revise", ActClass.COORDINATE, EQUALS, OWN_UNIT, regional=True),
    Act("committee.invite", ActClass.COORDINATE, EQUALS, OWN_UNIT, alternative="request.make"),
    # Whether and by whom a unit takes its seat is that unit's word alone.
    Act(
        "membership.take",
        ActClass.COORDINATE,
        EQUALS | PARTNER | EXECUTIVE,
        ADDRESSEE,
        alternative="committee.invite",
    ),
    Act(
        "membership.end",
        ActClass.COORDINATE,
        EQUALS | PARTNER | EXECUTIVE,
        OWN_UNIT,
        alternative="committee.invite",
    ),
)
