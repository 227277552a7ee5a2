"""Who may do what in the data hub."""

from shared.authority.acts import (
    EVERYONE,
    STAFF,
    Act,
    ActClass,
    Relation,
    Role,
)

OWN_UNIT = (Relation.OWN_UNIT,)

ACTS = (
    Act("area.read", ActClass.PUBLIC, EVERYONE),
    Act("area.locate", ActClass.PUBLIC, EVERYONE),
    # Areas and what the Senate sends are the word of their source; a worker carries it in.
    Act(
        "area.import",
        ActClass.EXCHANGE,
        frozenset({Role.SENATE_SYSTEM}),
        OWN_UNIT,
        by_job=True,
    ),
    Act("senate.read", ActClass.INTERNAL, STAFF),
    Act("senate.ask", ActClass.COORDINATE, frozenset({Role.DATA_COORDINATION}), OWN_UNIT),
    Act(
        "senate.collect",
        ActClass.EXCHANGE,
        frozenset({Role.SENATE_SYSTEM}),
        OWN_UNIT,
        by_job=True,
    ),
)
