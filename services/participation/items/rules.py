"""What holds for items, whoever asks."""

from http import HTTPStatus

from services.participation.items.model import Item, Whereabouts
from shared.problems import Refused


class ItemWithdrawn(Refused):
    """Its author no longer says it."""

    status = HTTPStatus.CONFLICT
    de = "Das Anliegen wurde zurückgezogen ({at:%d.%m.%Y})."
    en = "The item was withdrawn ({at:%Y-%m-%d})."


def still_said(item: Item) -> None:
    """Nothing is begun on what its author has withdrawn."""
    if item.withdrawn_at:
        raise ItemWithdrawn(at=item.withdrawn_at)


def location_state(item: Item, found: Whereabouts | None) -> str:
    """How much is known of where an item lies."""
    if found:
        return found.outcome
    if item.point is not None:
        return "pending"
    return "stated" if item.areas else "described"


def areas_of(item: Item, found: Whereabouts | None) -> list[str]:
    """The areas an item lies in: found by its point, else those its author named."""
    if found:
        return [found.planning_area] if found.planning_area else []
    return list(item.areas)


def area_asked(item: Item, found: Whereabouts | None) -> str | None:
    """The one area by which responsibility is looked up; the first where several are named."""
    return next(iter(areas_of(item, found)), None)


def topics_missing(item: Item, found: Whereabouts | None, known: set[str]) -> list[str]:
    """The topics still to be looked up; none while the place is being found, none outside Berlin."""
    if item.withdrawn_at or location_state(item, found) in ("pending", "outside"):
        return []
    return [topic for topic in dict.fromkeys(item.topics) if topic not in known]
