"""Who may do what with routing."""

from shared.authority.acts import ADDRESSEE, COORDINATION, EVERYONE, OFFICE, OWN_UNIT, Act, ActClass

ACTS = (
    Act(
        "routing.read",
        ActClass.PUBLIC,
        EVERYONE,
        de="die Zuleitungsvorschläge lesen",
        en="read the routing proposals",
    ),
    Act(
        "routing.propose",
        ActClass.COORDINATE,
        COORDINATION,
        OWN_UNIT,
        regional=True,
        de="ein Anliegen zuzuleiten vorschlagen",
        en="propose which office takes an item on",
    ),
    Act(
        "routing.withdraw",
        ActClass.COORDINATE,
        COORDINATION,
        OWN_UNIT,
        de="einen Zuleitungsvorschlag zurückziehen",
        en="withdraw a routing proposal",
    ),
    Act(
        "routing.reply",
        ActClass.OWN,
        OFFICE,
        ADDRESSEE,
        alternative="routing.propose",
        de="ein Anliegen übernehmen oder abgeben",
        en="take an item on, or say that it is not one's own",
    ),
    Act(
        "routing.hand_over",
        ActClass.OWN,
        OFFICE,
        ADDRESSEE,
        alternative="routing.propose",
        de="ein übernommenes Anliegen weitergeben",
        en="pass on an item that one had taken on",
    ),
)
