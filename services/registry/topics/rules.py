"""What holds for the topic tree, whoever asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from services.registry.topics.model import Topic
from shared.problems import Refused


class UnknownTopic(Refused):
    """A code that no topic has."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    de = "Ein Thema „{code}“ gibt es nicht."
    en = "There is no topic “{code}”."


class TopicCodeTaken(Refused):
    """A code belongs to one topic for good, even when that is retired."""

    status = HTTPStatus.CONFLICT
    de = "Das Kürzel „{code}“ gehört schon zum Thema „{name}“."
    en = "The code “{code}” belongs to the topic “{name}” already."


class BelowItself(Refused):
    """A topic cannot hang below itself or below one of its own subtopics."""

    status = HTTPStatus.CONFLICT
    de = "„{code}“ kann nicht unter „{parent}“ hängen: das läge darunter."
    en = "“{code}” cannot hang below “{parent}”: that would lie below it."


class BelowRetired(Refused):
    """What is in use hangs below what is in use."""

    status = HTTPStatus.CONFLICT
    de = "Das Thema „{parent}“ ist stillgelegt; „{code}“ kann nicht darunter hängen."
    en = "The topic “{parent}” is retired; “{code}” cannot hang below it."


Tree = Mapping[str, Topic]


def fits(topic: Topic, tree: Tree) -> None:
    """`topic`, as it is to be, has its place in the tree of all others.

    In use: the parent exists, is in use and is no descendant. A retired one only leaves no subtopic
    in use behind.
    """
    if topic.parent is not None:
        if topic.parent not in tree:
            raise UnknownTopic(code=topic.parent)
        if topic.code in ancestry(topic.parent, tree):
            raise BelowItself(code=topic.code, parent=topic.parent)
        above = tree[topic.parent]
        if topic.retired_on is None and above.retired_on is not None:
            raise BelowRetired(code=topic.code, parent=above.code)
    for below in tree.values():
        if topic.retired_on and below.parent == topic.code and below.retired_on is None:
            raise BelowRetired(code=below.code, parent=topic.code)


def is_new(code: str, tree: Tree) -> None:
    """No topic, retired ones included, has this code."""
    if code in tree:
        raise TopicCodeTaken(code=code, name=tree[code].name)


def ancestry(code: str | None, tree: Tree) -> list[str]:
    """The codes from this topic up to its root."""
    way: list[str] = []
    while code is not None and code not in way:
        way.append(code)
        code = tree[code].parent
    return way


def by_parent(topics: Iterable[Topic]) -> dict[str | None, list[Topic]]:
    """The topics in use below each one (below None: the roots), by German name."""
    below: dict[str | None, list[Topic]] = defaultdict(list)
    for topic in sorted(topics, key=lambda each: (each.name.casefold(), each.code)):
        if topic.retired_on is None:
            below[topic.parent].append(topic)
    return below
