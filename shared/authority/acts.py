"""The words of authority: roles, classes of acts, relations, hats, acts."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a hat is; a hat is a role at a unit."""

    PUBLIC = "public"
    CITIZEN = "citizen"
    PARTNER = "partner"
    SPECIALIST = "specialist"
    LEAD = "lead"
    COMMISSIONER = "commissioner"
    DISTRICT_COORDINATION = "district_coordination"
    DATA_COORDINATION = "data_coordination"
    NEIGHBOURHOOD_COORDINATION = "neighbourhood_coordination"
    EXECUTIVE = "executive"
    ASSEMBLY_OFFICE = "assembly_office"
    STEWARD = "steward"
    SENATE_SYSTEM = "senate_system"
    SERVICE = "service"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


GERMAN = {
    Role.PUBLIC: "Öffentlichkeit",
    Role.CITIZEN: "Bürgerin oder Bürger",
    Role.PARTNER: "Träger",
    Role.SPECIALIST: "Fachkraft",
    Role.LEAD: "Leitung",
    Role.COMMISSIONER: "Beauftragte",
    Role.DISTRICT_COORDINATION: "Bezirkskoordination",
    Role.DATA_COORDINATION: "Datenkoordination",
    Role.NEIGHBOURHOOD_COORDINATION: "Stadtteilkoordination",
    Role.EXECUTIVE: "Bezirksamt",
    Role.ASSEMBLY_OFFICE: "BVV-Büro",
    Role.STEWARD: "Organisationsstelle",
    Role.SENATE_SYSTEM: "Senatssystem",
    Role.SERVICE: "Dienst",
    Role.AUDITOR: "Revision",
    Role.ADMINISTRATOR: "Systemverwaltung",
}


class ActClass(StrEnum):
    """What kind of competence an act needs."""

    PUBLIC = "public"
    CONTRIBUTE = "contribute"
    INTERNAL = "internal"
    COORDINATE = "coordinate"
    OWN = "own"
    DECIDE = "decide"
    EXCHANGE = "exchange"
    ADMINISTER = "administer"


class Relation(StrEnum):
    """What must hold between the acting hat and the record; the service proves it."""

    OWN_UNIT = "own-unit"
    ADDRESSEE = "addressee"
    IN_REGION = "in-region"


EVERYONE = frozenset(Role)
COORDINATION = frozenset(
    {Role.DISTRICT_COORDINATION, Role.DATA_COORDINATION, Role.NEIGHBOURHOOD_COORDINATION}
)
OFFICE = frozenset({Role.SPECIALIST, Role.LEAD, Role.COMMISSIONER})
EQUALS = COORDINATION | OFFICE
# Administrators and auditors are not among them: they keep the house and never read substance.
STAFF = EQUALS | {Role.EXECUTIVE, Role.ASSEMBLY_OFFICE, Role.STEWARD}
PEOPLE = frozenset({Role.PUBLIC, Role.CITIZEN, Role.PARTNER})
PARTNER = frozenset({Role.PARTNER})
EXECUTIVE = frozenset({Role.EXECUTIVE})
STEWARD = frozenset({Role.STEWARD})
LEAD = frozenset({Role.LEAD})
SENATE = frozenset({Role.SENATE_SYSTEM})
SERVICE = frozenset({Role.SERVICE})
OWN_UNIT, ADDRESSEE = (Relation.OWN_UNIT,), (Relation.ADDRESSEE,)


@dataclass(frozen=True, slots=True)
class Hat:
    """In which role, for which unit and where somebody acts. Rights never add up over hats."""

    role: Role = Role.PUBLIC
    unit: str = ""
    regions: tuple[str, ...] = ()

    @property
    def is_staff(self) -> bool:
        """Whether the hat reads internal records."""
        return self.role in STAFF


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done, and who holds it; `de` and `en` say what one does with it.

    `service` is the part whose page it is on. `regional` acts bind a neighbourhood coordination to
    its own regions; `by_job` acts are done by a worker in the name of the unit whose words it
    carries, and have no address.
    """

    id: str
    act_class: ActClass
    roles: frozenset[Role]
    relations: tuple[Relation, ...] = ()
    de: str = field(kw_only=True)
    en: str = field(kw_only=True)
    service: str = field(default="", kw_only=True)
    alternative: str | None = field(default=None, kw_only=True)
    regional: bool = field(default=False, kw_only=True)
    by_job: bool = field(default=False, kw_only=True)

    def relations_for(self, role: Role) -> tuple[Relation, ...]:
        """What a hat of this role has to prove."""
        if self.regional and role is Role.NEIGHBOURHOOD_COORDINATION:
            return (*self.relations, Relation.IN_REGION)
        return self.relations
