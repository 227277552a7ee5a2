"""The topic tree is the Bezirksamt's word."""

from pydantic import Field
from sqlmodel import col

from services.registry.seed.planting import (
    DISTRICT,
    Named,
    Noted,
    Planted,
    Planter,
    Step,
    speaking_as,
    stored,
)
from services.registry.topics import actions
from services.registry.topics.model import Topic
from services.registry.topics.schema import TopicDraft
from shared.authority import Hat, Role
from shared.database import Sessions
from shared.wire import Line, Slug


class TopicLine(Named):
    """A topic and the words that people use for it."""

    code: Slug
    name_en: Line
    parent: Slug | None


class File(Noted):
    """topics.yaml; a topic stands after the one it belongs to."""

    topics: list[TopicLine] = Field(min_length=1)


def lines(file: File) -> int:
    """How many lines there are to plant."""
    return len(file.topics)


async def plant(sessions: Sessions, file: File, step: Step) -> Planted:
    """Say what is missing; `step` after each line."""
    known = await stored(sessions, col(Topic.code))
    missing = [line for line in file.topics if line.code not in known]
    if missing:
        keeper = Hat(Role.STEWARD, DISTRICT)
        async with speaking_as(sessions, keeper, "topic.enter") as (session, caller):
            for line in missing:
                await actions.enter(session, caller, drafted(line))
    for _ in file.topics:
        step()
    return Planted(len(missing), len(file.topics) - len(missing))


def drafted(line: TopicLine) -> TopicDraft:
    """The topic as its slice takes it."""
    fields = {"code", "parent", "name", "name_en", "aliases"}
    return TopicDraft.model_validate(line.model_dump(include=fields))


PLANTER = Planter("topics", "Themen", File, lines, plant)
