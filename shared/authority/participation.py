"""Who may do what in participation."""

from shared.authority.acts import (
    COORDINATION,
    EQUALS,
    EVERYONE,
    LEAD,
    OFFICE,
    PEOPLE,
    Act,
    ActClass,
    Relation,
    Role,
)

OWN_UNIT, ADDRESSEE = (Relation.OWN_UNIT,), (Relation.ADDRESSEE,)

ACTS = (
    Act("item.read", ActClass.PUBLIC, EVERYONE),
    Act("item.submit", ActClass.CONTRIBUTE, PEOPLE, OWN_UNIT),
    # What was said at a desk, on paper or by telephone is written down by who heard it.
    Act("item.record", ActClass.COORDINATE, EQUALS, OWN_UNIT),
    Act("item.retract", ActClass.COORDINATE, EQUALS, OWN_UNIT),
    Act("item.withdraw", ActClass.CONTRIBUTE, PEOPLE, OWN_UNIT),
    # What a machine finds out about an item is its own row beside the item.
    Act(
        "item.locate",
        ActClass.EXCHANGE,
        frozenset({Role.SERVICE}),
        OWN_UNIT,
        by_job=True,
    ),
    Act("routing.read", ActClass.PUBLIC, EVERYONE),
    Act("routing.propose", ActClass.COORDINATE, COORDINATION, OWN_UNIT, regional=True),
    Act("routing.withdraw", ActClass.COORDINATE, COORDINATION, OWN_UNIT),
    Act("routing.reply", ActClass.OWN, OFFICE, ADDRESSEE, alternative="routing.propose"),
    Act("routing.hand_over", ActClass.OWN, OFFICE, ADDRESSEE, alternative="routing.propose"),
    Act("answer.read", ActClass.PUBLIC, EVERYONE),
    Act("answer.draft", ActClass.OWN, OFFICE, OWN_UNIT, alternative="answer.summarise"),
    Act("answer.revise", ActClass.OWN, OFFICE, OWN_UNIT, alternative="answer.summarise"),
    Act("answer.publish", ActClass.DECIDE, LEAD, OWN_UNIT, alternative="answer.summarise"),
    # Kept visibly apart from the office's words, and never in their place.
    Act("answer.summarise", ActClass.COORDINATE, COORDINATION, OWN_UNIT, regional=True),
    Act("status.read", ActClass.PUBLIC, EVERYONE),
)
