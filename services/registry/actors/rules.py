"""What holds for actors, whoever asks."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from services.registry.actors.model import Category, Suggestion
from shared.problems import Refused


class Kind(NamedTuple):
    """A category by its German name, the broader one it belongs to, and its other names."""

    name: str
    within: Category | None = None
    aliases: tuple[str, ...] = ()


# The actor groups of the Strukturkonzept (2019, throughout and 2.2) and of L.I.S.T.'s list of whom
# goals and measures concern; official terms verbatim.
CATEGORIES: Mapping[Category, Kind] = {
    Category.CIVIL_SOCIETY: Kind(
        "Zivilgesellschaft",
        aliases=("Gesellschaft", "Zivilgesellschaftliche Akteure", "Bürgerschaft"),
    ),
    Category.RESIDENTS: Kind(
        "Bewohnerinnen und Bewohner",
        Category.CIVIL_SOCIETY,
        ("Bürgerinnen und Bürger", "Bürger/-innen", "Bewohner/-innen", "Bewohner*innen", "Bürger"),
    ),
    Category.INITIATIVES: Kind(
        "(Bürger-)Initiativen",
        Category.CIVIL_SOCIETY,
        ("Bürgerinitiative", "Bürgerinitiativen", "Initiative", "Initiativen"),
    ),
    Category.LOCAL_ACTORS: Kind("Lokale Akteure", aliases=("Stadtteilakteure", "Akteure vor Ort")),
    Category.PROVIDERS: Kind("Träger vor Ort", Category.LOCAL_ACTORS, ("Träger", "freie Träger")),
    Category.NEIGHBOURHOOD_CENTRES: Kind(
        "Stadtteilzentren", Category.LOCAL_ACTORS, ("Stadtteilzentrum",)
    ),
    Category.MULTIGENERATION_HOUSES: Kind(
        "Mehrgenerationenhäuser", Category.LOCAL_ACTORS, ("Mehrgenerationenhaus",)
    ),
    Category.NEIGHBOURHOOD_MANAGEMENT: Kind(
        "Quartiersmanagement",
        Category.LOCAL_ACTORS,
        ("Quartiersmanager", "Quartiersmanager(-Team)", "QM", "Quartiersmanagement-Team"),
    ),
    Category.NETWORKS: Kind("Netzwerke", Category.LOCAL_ACTORS, ("Verbund", "Verbünde")),
    Category.TRADERS: Kind("Gewerbetreibende", Category.LOCAL_ACTORS),
    Category.OWNERS: Kind(
        "Eigentümerinnen und Eigentümer", Category.LOCAL_ACTORS, ("Eigentümer*innen", "Eigentümer")
    ),
    Category.SOCIAL_INSTITUTIONS: Kind("Soziale Einrichtungen", Category.LOCAL_ACTORS),
    Category.CULTURAL_INSTITUTIONS: Kind("Kulturelle Einrichtungen", Category.LOCAL_ACTORS),
    Category.EDUCATION_INSTITUTIONS: Kind("Bildungseinrichtungen", Category.LOCAL_ACTORS),
    Category.POLITICS: Kind(
        "Politik", aliases=("Politischer Raum", "politische Leitungsebene", "politische Ebene")
    ),
    Category.ADMINISTRATION: Kind(
        "Verwaltung", aliases=("Verwaltungsmitarbeiter*innen", "Verwaltungsmitarbeiter/-innen")
    ),
    Category.SENATE: Kind(
        "Senatsfachverwaltungen", Category.ADMINISTRATION, ("Senatsverwaltungen",)
    ),
    Category.CONSULTANTS: Kind(
        "Externe Begleitung", aliases=("Gutachter", "externe Unterstützung")
    ),
}


class OneselfSuggested(Refused):
    """A unit changes its own entry itself and need not suggest it."""

    status = HTTPStatus.CONFLICT
    de = "Der Eintrag ist Ihr eigener; Sie können ihn selbst ändern."
    en = "The entry is your own; you can revise it yourself."


def covered_by(category: Category) -> set[Category]:
    """A category and all that belong to it, however deep."""
    narrower = [each for each, kind in CATEGORIES.items() if kind.within is category]
    return {category}.union(*map(covered_by, narrower))


def suggests_to_another(suggestion: Suggestion) -> None:
    """A suggestion goes to another unit."""
    if suggestion.addressee == suggestion.unit:
        raise OneselfSuggested
