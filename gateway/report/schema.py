"""The report on the coordination as the API shows it."""

from datetime import date, datetime

from pydantic import BaseModel

from shared.authority import Role


class Deeds(BaseModel):
    """How often a coordination hat did an act; an entry of the journal each."""

    role: Role
    act: str
    count: int


class PartReport(BaseModel):
    """What the coordination did in one part, and the head of that part's chain.

    A part that does not answer is `away`, and its figures are unknown, not nought.
    """

    part: str
    away: bool
    deeds: list[Deeds]
    rows_of_other_units: int | None
    head: str | None
    sealed_at: datetime | None


class Refusals(BaseModel):
    """How often an act was refused to a coordination hat, and by which rule."""

    role: Role
    act: str
    rule: str
    count: int


class Report(BaseModel):
    """What the coordination did and what it was refused, in figures computed from the journals.

    `rows_of_other_units` is how many records of another unit it wrote; null while a part is away.
    """

    since: date
    until: date
    at: datetime
    rows_of_other_units: int | None
    parts: list[PartReport]
    refused: list[Refusals]
