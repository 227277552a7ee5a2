"""Who may do what with answers."""

from shared.authority.acts import COORDINATION, EVERYONE, LEAD, OFFICE, OWN_UNIT, Act, ActClass

ACTS = (
    Act("answer.read", ActClass.PUBLIC, EVERYONE, de="die Antworten lesen", en="read the answers"),
    Act(
        "answer.draft",
        ActClass.OWN,
        OFFICE,
        OWN_UNIT,
        alternative="answer.summarise",
        de="eine Antwort entwerfen",
        en="draft an answer",
    ),
    Act(
        "answer.revise",
        ActClass.OWN,
        OFFICE,
        OWN_UNIT,
        alternative="answer.summarise",
        de="die nächste Fassung einer Antwort schreiben",
        en="write the next version of an answer",
    ),
    Act(
        "answer.publish",
        ActClass.DECIDE,
        LEAD,
        OWN_UNIT,
        alternative="answer.summarise",
        de="eine Antwort veröffentlichen",
        en="publish an answer",
    ),
    # Kept visibly apart from the office's words, and never in their place.
    Act(
        "answer.summarise",
        ActClass.COORDINATE,
        COORDINATION,
        OWN_UNIT,
        regional=True,
        de="in eigenen Worten zusammenfassen",
        en="sum up in one's own words",
    ),
)
