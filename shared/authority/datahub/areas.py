"""Who may do what with planning areas."""

from shared.authority.acts import EVERYONE, OWN_UNIT, SENATE, Act, ActClass

ACTS = (
    Act(
        "area.read",
        ActClass.PUBLIC,
        EVERYONE,
        de="die Planungsräume lesen",
        en="read the planning areas",
    ),
    Act(
        "area.locate",
        ActClass.PUBLIC,
        EVERYONE,
        de="nachsehen, in welchem Planungsraum ein Punkt liegt",
        en="look up in which planning area a point lies",
    ),
    # Areas and what the Senate sends are the word of their source; a worker carries it in.
    Act(
        "area.import",
        ActClass.EXCHANGE,
        SENATE,
        OWN_UNIT,
        by_job=True,
        de="die Planungsräume einlesen",
        en="import the planning areas",
    ),
)
