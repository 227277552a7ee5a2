"""What holds for items, whoever asks."""

from collections.abc import Sequence
from http import HTTPStatus

from geoalchemy2.shape import to_shape

from services.participation.items.model import Item, Whereabouts
from shared.berlin import degrees
from shared.problems import Refused

DISTRICT = 2  # digits of a district's key


class ItemWithdrawn(Refused):
    """Its author no longer says it."""

    status = HTTPStatus.CONFLICT
    de = "Das Anliegen wurde zurückgezogen ({at:%d.%m.%Y})."
    en = "The item was withdrawn ({at:%Y-%m-%d})."


def offices(unit: str, areas: Sequence[str], home: str) -> list[str]:
    """The districts whose offices read what is not for the public: the one it was heard in.

    What a resident says reaches those of the areas it names, else the one it was said in (`home`).
    """
    district, dot, _ = unit.partition(".")
    if dot:
        return [district]
    return sorted({area[:DISTRICT] for area in areas}) or [home]


def still_said(item: Item) -> None:
    """Nothing is begun on what its author has withdrawn."""
    if item.withdrawn_at:
        raise ItemWithdrawn(at=item.withdrawn_at)


def lon_lat(item: Item) -> tuple[float, float]:
    """Where its author set the point of an item that has one (CRS84)."""
    place = to_shape(item.point).centroid
    return degrees(place.x, place.y)


def place_missing(item: Item, found: Whereabouts | None) -> bool:
    """Whether the data hub still has to be asked."""
    return item.withdrawn_at is None and location_state(item, found) == "pending"


def location_state(item: Item, found: Whereabouts | None) -> str:
    """How much is known of where an item lies."""
    if found:
        return found.outcome
    if item.point is not None:
        return "pending"
    return "stated" if item.areas else "described"


def areas_of(item: Item, found: Whereabouts | None) -> list[str]:
    """The smallest area an item's point was found in, else those its author named."""
    if found is None:
        return list(item.areas)
    levels = (found.planning_area, found.region, found.forecast_area, found.district)
    return [key for key in levels if key][:1]


def lookups_missing(
    item: Item, found: Whereabouts | None, known: set[str]
) -> list[tuple[str, str]]:
    """Topics still to be looked up, each with the area to do it in; the first of several."""
    areas = areas_of(item, found)
    if item.withdrawn_at or place_missing(item, found) or not areas:
        return []
    return [(topic, areas[0]) for topic in dict.fromkeys(item.topics) if topic not in known]
