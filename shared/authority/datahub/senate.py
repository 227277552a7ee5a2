"""Who may do what with what the Senate's systems hold."""

from shared.authority.acts import OWN_UNIT, SENATE, STAFF, Act, ActClass, Role

ACTS = (
    Act(
        "senate.read",
        ActClass.INTERNAL,
        STAFF,
        de="lesen, was die Senatssysteme mitteilen",
        en="read what the Senate's systems tell",
    ),
    Act(
        "senate.ask",
        ActClass.COORDINATE,
        frozenset({Role.DATA_COORDINATION}),
        OWN_UNIT,
        de="um einen Abgleich mit dem Senat bitten",
        en="ask for an exchange with the Senate",
    ),
    Act(
        "senate.collect",
        ActClass.EXCHANGE,
        SENATE,
        OWN_UNIT,
        by_job=True,
        de="vom Senat abholen",
        en="collect from the Senate",
    ),
)
