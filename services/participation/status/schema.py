"""Where items stand, as the API shows it."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.participation.items.schema import ItemView


class WaitingView(BaseModel):
    """A unit whose turn it is, since when, and how many days that are."""

    unit: str
    since: datetime
    days: int


class HeldView(BaseModel):
    """How long a unit had, or still has, the item in hand without having answered."""

    unit: str
    since: datetime
    until: datetime | None
    days: int


class Sentence(BaseModel):
    """The status in plain words."""

    de: str
    en: str


class StatusView(BaseModel):
    """Where an item stands; computed from what was said, so nobody can set it."""

    item_id: UUID
    unit: str
    standing: str
    since: datetime
    days: int
    turn: str
    waiting: list[WaitingView]
    handovers: int
    answers: int
    sentence: Sentence


class HopView(BaseModel):
    """One hop: whose word, when, by which act; and whose turn it was then."""

    at: datetime
    unit: str
    act: str
    deed: str
    row: UUID
    addressee: str | None
    named_unit: str | None
    says: str | None
    standing: str
    turn: str
    waiting: list[WaitingView]


class ThreadView(BaseModel):
    """Everything that became of an item, in order."""

    item_id: UUID
    unit: str
    standing: str
    hops: list[HopView]
    held: list[HeldView]


class StandingItemView(ItemView):
    """An item, and where it stands."""

    standing: str
