"""Answers as the API takes and shows them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.paging import Page
from shared.wire import Draft, Prose, View

Said = Annotated[Prose, Field(min_length=3)]


class Outcome(StrEnum):
    """What becomes of an item. Each but `will_do` and `already_done` gives its reasons."""

    WILL_DO = "will_do"
    PARTLY = "partly"
    WILL_NOT = "will_not"
    ALREADY_DONE = "already_done"
    NEEDS_DECISION = "needs_decision"


NEEDS_NO_REASON = (Outcome.WILL_DO, Outcome.ALREADY_DONE)


class AnswerDraft(Draft):
    """The words of an answer, the same in plain language, what becomes of the item and why."""

    text: Said
    plain_language: Prose = ""
    outcome: Outcome
    reasons: Prose = ""

    @model_validator(mode="after")
    def gives_reasons(self) -> Self:
        """Whoever does not get what they asked for is told why."""
        if self.outcome not in NEEDS_NO_REASON and not self.reasons:
            raise ValueError("Bitte Gründe nennen. | Please give reasons.")
        return self


class AnswerRevision(Draft):
    """What is different in the next version; what is left out stays as it was."""

    text: Said | None = None
    plain_language: Prose | None = None
    outcome: Outcome | None = None
    reasons: Prose | None = None


class PublicationDraft(Draft):
    """Which version is published; a newer draft is not published along with it."""

    version: Annotated[int, Field(ge=1)]


class SummaryDraft(Draft):
    """An editorial summary in the coordination's own words."""

    text: Said


class VersionView(BaseModel):
    """One version; its words never change, and `text_hash` (SHA-256) proves it."""

    id: UUID
    number: int
    text: str
    plain_language: str
    outcome: Outcome
    reasons: str
    text_hash: str
    created_at: datetime
    published_at: datetime | None


class AnswerView(View):
    """An office's answer: the version that counts, and every one its reader may read.

    `published` is the version that was published last; drafts are read by their own unit alone.
    """

    item_id: UUID
    published: VersionView | None
    versions: list[VersionView]


class SummaryView(View):
    """An editorial summary; it is the coordination's word and not the office's."""

    item_id: UUID
    text: str


class AnswersPage(Page[AnswerView]):
    """The offices' answers, and visibly apart from them what the coordination sums up."""

    editorial: list[SummaryView]
