"""Answers as they are stored: the office's versions, and the coordination's summary apart."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field

from services.participation.database import Row
from services.participation.routing.model import ACCEPTED


class Answer(Row, table=True):
    """An office's answer to an item it has accepted (Antwort der Verwaltung)."""

    __table_args__ = (
        # Who answers has accepted the item; the database knows it, too.
        ForeignKeyConstraint(
            ["acceptance_id", "item_id", "unit", "acceptance"],
            [f"routing_reply.{column}" for column in ("id", "item_id", "unit", "outcome")],
        ),
        CheckConstraint("acceptance = 'accepted'", name="was_accepted"),
        UniqueConstraint("item_id", "unit"),
        UniqueConstraint("id", "unit"),
    )

    item_id: UUID
    acceptance_id: UUID
    acceptance: str = Field(default=ACCEPTED, sa_type=Text)


class AnswerVersion(Row, table=True):
    """One state of an answer's words: no right to change them exists, only to publish them.

    A trigger lets nobody add a version who does not have the item in hand.
    """

    __tablename__ = "answer_version"
    __table_args__ = (
        ForeignKeyConstraint(["answer_id", "unit"], ["answer.id", "answer.unit"]),
        UniqueConstraint("answer_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(visibility = 'unit') = (published_at IS NULL)", name="draft_unseen"),
        CheckConstraint(
            "outcome IN ('will_do', 'partly', 'will_not', 'already_done', 'needs_decision')",
            name="outcome",
        ),
        CheckConstraint(
            "outcome IN ('will_do', 'already_done') OR reasons <> ''", name="reasons_given"
        ),
    )

    answer_id: UUID
    number: int
    text: str = Field(sa_type=Text)
    plain_language: str = Field(default="", sa_type=Text)
    outcome: str = Field(sa_type=Text)
    reasons: str = Field(default="", sa_type=Text)
    text_hash: str = Field(sa_type=Text)
    published_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class Summary(Row, table=True):
    """The coordination's editorial summary, never part of an office's answer (Zusammenfassung)."""

    item_id: UUID = Field(index=True, sa_column_args=[ForeignKey("item.id")])
    text: str = Field(sa_type=Text)
