"""Topics as the API takes and shows them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from shared.wire import Day, Draft, Line, Prose, Slug, View

ADDRESSES = frozenset({"proposals", "tree"})


def no_address(code: str) -> str:
    """A code under which the topic itself can be read."""
    if code in ADDRESSES:
        raise ValueError(
            "Dieses Wort ist schon eine Adresse unter /topics. | "
            "This word is an address below /topics already."
        )
    return code


TopicCode = Annotated[Slug, AfterValidator(no_address), Field(examples=["roads"])]
Words = Annotated[list[Annotated[Line, Field(max_length=80)]], Field(max_length=100)]
Aliases = Annotated[Words, Field(description="the words residents use", examples=[["Schlagloch"]])]


class TopicDraft(Draft):
    """A topic and its place in the tree; without a parent it is a root."""

    code: TopicCode
    parent: Slug | None = None
    name: Line
    name_en: Line
    aliases: Aliases = Field(default_factory=list)


class TopicRevision(Draft):
    """What changes of a topic; what is not sent stays. The code is for good."""

    parent: Slug | None = None
    name: Line = Field(default_factory=str)
    name_en: Line = Field(default_factory=str)
    aliases: Aliases = Field(default_factory=list)
    retired_on: Annotated[
        Day | None, Field(description="since when it is no longer offered; it stays readable")
    ] = None


class TopicProposalDraft(Draft):
    """Either a new topic (`name`, perhaps `parent`) or more `words` for an existing `topic`."""

    topic: Slug | None = None
    parent: Slug | None = None
    name: Line | None = None
    name_en: Line | None = None
    words: Words = Field(default_factory=list)
    reason: Annotated[Prose, Field(min_length=3)]

    @model_validator(mode="after")
    def is_one_thing(self) -> Self:
        """A new topic or words for one, not both and not neither."""
        if (self.topic is None) is (self.name is None):
            raise ValueError(
                "Bitte entweder `name` (neues Thema) oder `topic` (vorhandenes) angeben. | "
                "Please give either `name` (a new topic) or `topic` (an existing one)."
            )
        if self.topic and (not self.words or self.parent or self.name_en):
            raise ValueError(
                "Zu einem vorhandenen Thema werden `words` vorgeschlagen, sonst nichts. | "
                "For an existing topic `words` are proposed and nothing else."
            )
        return self


class TopicView(View):
    """A topic."""

    code: str
    parent: str | None
    name: str
    name_en: str
    aliases: list[str]
    retired_on: date | None


class TopicProposalView(View):
    """A proposal; nothing follows from it by itself."""

    topic: str | None
    parent: str | None
    name: str | None
    name_en: str | None
    words: list[str]
    reason: str


class TopicBranch(BaseModel):
    """A topic with all that hangs below it."""

    code: str
    unit: str
    name: str
    name_en: str
    aliases: list[str]
    children: list[TopicBranch]


class TopicTree(BaseModel):
    """The topics in use, from the roots down, in the order of their German names."""

    roots: list[TopicBranch]
