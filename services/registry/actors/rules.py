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
    Category.CIVIL_SOCIETY: Kind("Zivilgesellschaft", aliases=("Bürgerschaft",)),
    Category.RESIDENTS: Kind(
        "Bewohnerinnen und Bewohner", Category.CIVIL_SOCIETY, ("Bürgerinnen und Bürger",)
    ),
    Category.INITIATIVES: Kind(
        "(Bürger-)Initiativen", Category.CIVIL_SOCIETY, ("Bürgerinitiativen", "Initiativen")
    ),
    Category.LOCAL_ACTORS: Kind("Lokale Akteure", aliases=("Stadtteilakteure",)),
    Category.PROVIDERS: Kind("Träger vor Ort", Category.LOCAL_ACTORS, ("Freie Träger",)),
    Category.NEIGHBOURHOOD_CENTRES: Kind("Stadtteilzentren", Category.LOCAL_ACTORS),
    Category.MULTIGENERATION_HOUSES: Kind("Mehrgenerationenhäuser", Category.LOCAL_ACTORS),
    Category.NEIGHBOURHOOD_MANAGEMENT: Kind("Quartiersmanagement", Category.LOCAL_ACTORS, ("QM",)),
    Category.NETWORKS: Kind("Netzwerke", Category.LOCAL_ACTORS, ("Verbünde",)),
    Category.TRADERS: Kind("Gewerbetreibende", Category.LOCAL_ACTORS),
    Category.OWNERS: Kind("Eigentümerinnen und Eigentümer", Category.LOCAL_ACTORS),
    Category.SOCIAL_INSTITUTIONS: Kind("Soziale Einrichtungen", Category.LOCAL_ACTORS),
    Category.CULTURAL_INSTITUTIONS: Kind("Kulturelle Einrichtungen", Category.LOCAL_ACTORS),
    Category.EDUCATION_INSTITUTIONS: Kind("Bildungseinrichtungen", Category.LOCAL_ACTORS),
    Category.POLITICS: Kind("Politik", aliases=("Politischer Raum",)),
    Category.ADMINISTRATION: Kind("Verwaltung"),
    Category.SENATE: Kind("Senatsfachverwaltungen", Category.ADMINISTRATION),
    Category.CONSULTANTS: Kind("Externe Begleitung", aliases=("Gutachter",)),
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
