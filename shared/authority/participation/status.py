"""Who may follow where an item stands."""

from shared.authority.acts import EVERYONE, Act, ActClass

ACTS = (
    Act(
        "status.read",
        ActClass.PUBLIC,
        EVERYONE,
        de="nachsehen, wo ein Anliegen steht",
        en="look up where an item stands",
    ),
)
