"""Requests as the API takes and shows them."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.rows import Visibility
from shared.wire import AreaKey, Day, Draft, Prose, Slug, UnitCode, View


class Outcome(StrEnum):
    """What a unit can say to a request. Each but the first gives a reason."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    ALTERNATIVE = "alternative"
    NOT_RESPONSIBLE = "not_responsible"
    DECLINED = "declined"


class RequestDraft(Draft):
    """A question to another unit, with the areas and topics that it is about."""

    addressee: UnitCode
    question: Annotated[Prose, Field(min_length=3)]
    purpose: Prose = ""
    areas: Annotated[list[AreaKey], Field(max_length=100)] = Field(default_factory=list)
    topics: Annotated[list[Slug], Field(max_length=20)] = Field(default_factory=list)
    wished_by: Annotated[Day, Field(description="a wish; nothing follows from its passing")]
    visibility: Visibility = Visibility.INTERNAL


class ReplyDraft(Draft):
    """The answer of the addressed unit."""

    outcome: Outcome
    reason: Prose = ""
    named_unit: UnitCode | None = None

    @model_validator(mode="after")
    def is_complete(self) -> Self:
        """A reason unless accepted; a unit where somebody else is meant to be responsible."""
        if self.outcome is not Outcome.ACCEPTED and not self.reason:
            raise ValueError("Bitte begründen. | Please give a reason.")
        if self.outcome is Outcome.NOT_RESPONSIBLE and self.named_unit is None:
            raise ValueError("Bitte nennen, wer zuständig ist. | Please name who is responsible.")
        return self


class RequestView(View):
    """A request and where it stands."""

    addressee: str
    question: str
    purpose: str
    areas: list[str]
    topics: list[str]
    wished_by: date
    withdrawn_on: date | None
    standing: str


class ReplyView(View):
    """A reply."""

    request_id: UUID
    outcome: Outcome
    reason: str
    named_unit: str | None


class ReminderView(View):
    """A reminder."""

    request_id: UUID
    reminded_on: date
