"""Who may do what with districts."""

from shared.authority.acts import EVERYONE, OWN_UNIT, STEWARD, Act, ActClass

ACTS = (
    Act("body.read", ActClass.PUBLIC, EVERYONE, de="die Bezirke lesen", en="read the districts"),
    # Districts are entered by the seed, in the name of the unit whose word they are.
    Act(
        "body.enter",
        ActClass.OWN,
        STEWARD,
        OWN_UNIT,
        alternative="request.make",
        by_job=True,
        de="einen Bezirk eintragen",
        en="enter a district",
    ),
)
