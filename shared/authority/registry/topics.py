"""Who may do what with topics."""

from shared.authority.acts import EQUALS, EVERYONE, OWN_UNIT, STEWARD, Act, ActClass

ACTS = (
    Act("topic.read", ActClass.PUBLIC, EVERYONE, de="die Themen lesen", en="read the topics"),
    Act(
        "topic.enter",
        ActClass.OWN,
        STEWARD,
        OWN_UNIT,
        alternative="topic.propose",
        de="ein Thema eintragen",
        en="enter a topic",
    ),
    Act(
        "topic.revise",
        ActClass.OWN,
        STEWARD,
        OWN_UNIT,
        alternative="topic.propose",
        de="ein Thema ändern",
        en="revise a topic",
    ),
    Act(
        "topic.propose",
        ActClass.COORDINATE,
        EQUALS,
        OWN_UNIT,
        de="ein Thema vorschlagen",
        en="propose a topic",
    ),
)
