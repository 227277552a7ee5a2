"""The demo's persons, one for each hat at least, and its machines. Hats, not people."""

from shared.authority import Hat, Role

SPK = "06.spk"
DISTRICT = ("06",)

PERSONS: tuple[Hat, ...] = (
    Hat(Role.CITIZEN, "person"),
    Hat(Role.PARTNER, "06.traeger"),
    Hat(Role.SPECIALIST, "06.sga"),
    Hat(Role.LEAD, "06.sga"),
    Hat(Role.SPECIALIST, "06.jugendamt"),
    Hat(Role.LEAD, "06.jugendamt"),
    Hat(Role.SPECIALIST, "06.stadtentwicklungsamt"),
    Hat(Role.LEAD, "06.stadtentwicklungsamt"),
    Hat(Role.LEAD, "06.sozialamt"),
    Hat(Role.LEAD, "06.gesundheitsamt"),
    Hat(Role.COMMISSIONER, "06.integration"),
    Hat(Role.DISTRICT_COORDINATION, "06.bezirkskoordination"),
    Hat(Role.DISTRICT_COORDINATION, SPK),
    Hat(Role.DATA_COORDINATION, "06.datenkoordination"),
    Hat(
        Role.NEIGHBOURHOOD_COORDINATION,
        "06.stadtteilkoordination_1",
        ("061001", "061002", "063006"),
    ),
    Hat(Role.NEIGHBOURHOOD_COORDINATION, "06.stadtteilkoordination_2", ("062003", "062004")),
    Hat(
        Role.NEIGHBOURHOOD_COORDINATION,
        "06.stadtteilkoordination_3",
        ("063005", "064007", "064008"),
    ),
    Hat(Role.EXECUTIVE, "06.bezirksamt"),
    Hat(Role.ASSEMBLY_OFFICE, "06.bvv"),
    Hat(Role.STEWARD, "06.bezirksamt"),
    Hat(Role.SENATE_SYSTEM, "be.prisma"),
    Hat(Role.SERVICE, "06.participation"),
    Hat(Role.AUDITOR, "06.bezirksamt"),
    Hat(Role.ADMINISTRATOR, "06.bezirksamt"),
)

# The services' own machine identities; each asks the others under its name.
MACHINES: dict[str, Hat] = {
    "participation": Hat(Role.SERVICE, "06.participation"),
    "datahub": Hat(Role.SERVICE, "06.datahub"),
}


def name(hat: Hat) -> str:
    """How a hat is asked for: role@unit."""
    return f"{hat.role}@{hat.unit}"


CLIENTS: dict[str, Hat] = {name(hat): hat for hat in PERSONS} | MACHINES
