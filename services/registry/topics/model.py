"""The topic tree as it is stored: what a concern, a request or an agenda item can be about."""

from datetime import date

from sqlalchemy import ARRAY, CheckConstraint, Text
from sqlmodel import Field

from services.registry.database import Row
from shared.rows import Visibility


class Topic(Row, table=True):
    """One topic (Thema) and the words that residents use for it; everybody reads the tree."""

    __table_args__ = (
        CheckConstraint("visibility = 'public'", name="open"),
        CheckConstraint("parent <> code", name="not_below_itself"),
    )

    visibility: str = Field(default=Visibility.PUBLIC, sa_type=Text)
    code: str = Field(unique=True, sa_type=Text)
    parent: str | None = Field(default=None, foreign_key="topic.code", index=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    aliases: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    retired_on: date | None = None


class TopicProposal(Row, table=True):
    """A new topic, or new words for one, as some unit proposes it (Vorschlag zum Themenbaum)."""

    __tablename__ = "topic_proposal"
    __table_args__ = (
        CheckConstraint("visibility = 'public'", name="open"),
        CheckConstraint("num_nonnulls(topic, name) = 1", name="one_thing"),
    )

    visibility: str = Field(default=Visibility.PUBLIC, sa_type=Text)
    topic: str | None = Field(default=None, foreign_key="topic.code", sa_type=Text)
    parent: str | None = Field(default=None, foreign_key="topic.code", sa_type=Text)
    name: str | None = Field(default=None, sa_type=Text)
    name_en: str | None = Field(default=None, sa_type=Text)
    words: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    reason: str = Field(sa_type=Text)
