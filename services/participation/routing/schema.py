"""Routing as the API takes and shows it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.wire import Draft, Prose, UnitCode, View

Reason = Annotated[Prose, Field(min_length=3)]


class Outcome(StrEnum):
    """What an office can say to a proposal."""

    ACCEPTED = "accepted"
    NOT_MINE = "not_mine"


class RoutingDraft(Draft):
    """Which office should take the item on, and why; it may rest on a suggestion of the ledger."""

    addressee: UnitCode
    reason: Reason
    based_on: UUID | None = None


class RoutingReplyDraft(Draft):
    """The word of the proposed office."""

    outcome: Outcome
    reason: Prose = ""
    named_unit: UnitCode | None = None

    @model_validator(mode="after")
    def names_another(self) -> Self:
        """An item that is not mine is somebody's: who says so gives a reason and a name."""
        if self.outcome is Outcome.NOT_MINE and not (self.reason and self.named_unit):
            raise ValueError(
                "Bitte begründen und nennen, wer zuständig ist. "
                "| Please give a reason and name who is responsible."
            )
        return self


class HandoverDraft(Draft):
    """To whom the office passes the item on, and why."""

    reason: Reason
    named_unit: UnitCode


class RoutingReplyView(View):
    """An office's reply to a proposal."""

    routing_id: UUID
    item_id: UUID
    outcome: Outcome
    reason: str
    named_unit: str | None


class HandoverView(View):
    """An item passed on by an office that had accepted it."""

    acceptance_id: UUID
    item_id: UUID
    reason: str
    named_unit: str


class RoutingView(View):
    """A proposal and what became of it."""

    item_id: UUID
    addressee: str
    reason: str
    based_on: UUID | None
    withdrawn_at: datetime | None
    standing: str
    reply: RoutingReplyView | None
    handover: HandoverView | None
