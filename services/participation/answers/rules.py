"""What holds for answers, whoever asks."""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from services.participation.answers.model import AnswerVersion
from services.participation.routing.model import RoutingReply
from shared.problems import Refused

WORDS = ("text", "plain_language", "outcome", "reasons")
NEEDS_NO_REASON = ("will_do", "already_done")


class NobodyAccepted(Refused):
    """An answer comes from the office that has taken the item on; so far none has."""

    status = HTTPStatus.CONFLICT
    de = "Noch hat keine Stelle dieses Anliegen übernommen; erst dann kann sie antworten."
    en = "No office has taken this item on yet; only then can it answer."


class NoLongerInHand(Refused):
    """The office has passed the item on."""

    status = HTTPStatus.CONFLICT
    de = "{unit} hat dieses Anliegen nicht mehr in der Hand."
    en = "{unit} no longer has this item in its hands."


class AlreadyDrafted(Refused):
    """A unit's answer to an item is one answer in versions."""

    status = HTTPStatus.CONFLICT
    de = "{unit} hat schon eine Antwort begonnen; schreiben Sie deren nächste Fassung."
    en = "{unit} has begun an answer already; write its next version."


class AlreadyPublished(Refused):
    """A version is published once."""

    status = HTTPStatus.CONFLICT
    de = "Fassung {number} ist schon veröffentlicht."
    en = "Version {number} is published already."


class NoSuchVersion(Refused):
    """The answer has no version of this number."""

    status = HTTPStatus.CONFLICT
    de = "Eine Fassung {number} gibt es nicht."
    en = "There is no version {number}."


class ReasonsMissing(Refused):
    """Whoever does not get what they asked for is told why."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    de = "Bitte Gründe nennen: Wer nicht bekommt, worum er bat, erfährt, warum."
    en = "Please give reasons: whoever does not get what they asked for is told why."


def gives_reasons(words: Mapping[str, Any]) -> None:
    """A next version keeps to what a first one has to."""
    if words["outcome"] not in NEEDS_NO_REASON and not words["reasons"]:
        raise ReasonsMissing


def word_of(acceptances: Sequence[RoutingReply], unit: str) -> RoutingReply:
    """The acceptance that gives `unit` the word; else one that gives it to somebody else."""
    if not acceptances:
        raise NobodyAccepted
    mine = (acceptance for acceptance in acceptances if acceptance.unit == unit)
    return next(mine, acceptances[0])


def still_in_hand(acceptances: Sequence[RoutingReply], unit: str) -> None:
    """Who has passed an item on says nothing more to it."""
    if all(acceptance.unit != unit for acceptance in acceptances):
        raise NoLongerInHand(unit=unit)


def fingerprint(words: Mapping[str, Any]) -> str:
    """The SHA-256 of an answer's words, by which it is seen that none was changed."""
    said = json.dumps([str(words[name]) for name in WORDS], ensure_ascii=False)
    return sha256(said.encode()).hexdigest()


def published(versions: Iterable[AnswerVersion]) -> AnswerVersion | None:
    """The version that counts: the one published last."""
    return max(
        (version for version in versions if version.published_at),
        key=lambda version: (version.published_at, version.number),
        default=None,
    )


def version_named(versions: Sequence[AnswerVersion], number: int) -> AnswerVersion:
    """The version of this number, if it is still to be published."""
    version = next((each for each in versions if each.number == number), None)
    if version is None:
        raise NoSuchVersion(number=number)
    if version.published_at:
        raise AlreadyPublished(number=number)
    return version
