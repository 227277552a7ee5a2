"""What holds for proposals and replies, whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from services.participation.routing.model import ACCEPTED, Handover, Routing, RoutingReply
from shared.problems import Refused


class Standing(StrEnum):
    """What became of a proposal."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    NOT_MINE = "not_mine"
    PASSED_ON = "passed_on"


@dataclass(frozen=True, slots=True)
class Hop:
    """A proposal with the reply to it, and the hand-over that may have followed."""

    routing: Routing
    reply: RoutingReply | None = None
    handover: Handover | None = None


class RoutingWithdrawn(Refused):
    """The coordination no longer proposes it."""

    status = HTTPStatus.CONFLICT
    de = "Der Vorschlag wurde zurückgezogen ({at:%d.%m.%Y})."
    en = "The proposal was withdrawn ({at:%Y-%m-%d})."


class AlreadyReplied(Refused):
    """To one proposal there is one reply."""

    status = HTTPStatus.CONFLICT
    de = "{unit} hat auf diesen Vorschlag schon geantwortet."
    en = "{unit} has replied to this proposal already."


class AlreadyProposed(Refused):
    """The unit has been asked and not yet replied, or has the item in its hands."""

    status = HTTPStatus.CONFLICT
    de = "{unit} ist schon vorgeschlagen oder hat das Anliegen übernommen."
    en = "{unit} has been proposed already or has taken the item on."


class ProposingOneself(Refused):
    """A proposal is made to another unit."""

    status = HTTPStatus.CONFLICT
    de = "Vorgeschlagen wird eine andere Einheit."
    en = "A proposal names another unit."


class NamingOneself(Refused):
    """Who is not responsible names somebody else."""

    status = HTTPStatus.CONFLICT
    de = "Bitte eine andere Einheit nennen als die eigene."
    en = "Please name another unit than your own."


class NotInHand(Refused):
    """Only what was accepted, and not passed on since, can be passed on."""

    status = HTTPStatus.CONFLICT
    de = "{unit} hat dieses Anliegen nicht oder nicht mehr in der Hand."
    en = "{unit} does not have this item in its hands, or no longer."


def standing(hop: Hop) -> Standing:
    """What became of a proposal; computed, never stored."""
    if hop.handover:
        return Standing.PASSED_ON
    if hop.reply:
        return Standing(hop.reply.outcome)
    return Standing.WITHDRAWN if hop.routing.withdrawn_at else Standing.PROPOSED


def proposes_another(routing: Routing) -> None:
    """Nobody proposes their own unit: what is one's own needs no proposal."""
    if routing.addressee == routing.unit:
        raise ProposingOneself


def not_asked_yet(hops: Sequence[Hop], addressee: str) -> None:
    """Asking twice at once would only count as two."""
    busy = {Standing.PROPOSED, Standing.ACCEPTED}
    if any(hop.routing.addressee == addressee and standing(hop) in busy for hop in hops):
        raise AlreadyProposed(unit=addressee)


def still_open(hop: Hop) -> None:
    """Only a proposal that stands and is not replied to can be replied to or withdrawn."""
    if hop.routing.withdrawn_at:
        raise RoutingWithdrawn(at=hop.routing.withdrawn_at)
    if hop.reply:
        raise AlreadyReplied(unit=hop.reply.unit)


def names_another(unit: str, named_unit: str | None) -> None:
    """Who passes an item on names somebody else."""
    if named_unit == unit:
        raise NamingOneself


def still_in_hand(hop: Hop) -> RoutingReply:
    """The acceptance of an item that has not been passed on since."""
    if hop.reply is None or hop.reply.outcome != ACCEPTED or hop.handover:
        raise NotInHand(unit=hop.routing.addressee)
    return hop.reply
