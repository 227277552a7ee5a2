"""One service as the gateway asks it: with patience, a limit, one second attempt, and a breaker."""

import asyncio
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

import structlog
from prometheus_client import Counter, Gauge
from starlette.types import Receive

from gateway.forwarding.body import BodyTooSlow
from gateway.forwarding.breaker import Breaker
from gateway.forwarding.room import Room
from gateway.forwarding.transport import Asked, Broken, Garbled, NotSent, Reply, Transport
from shared.problems import Refused

log = structlog.get_logger()

# An answer of a usual form is read to its end at once: its place is free again while a slow
# reader still takes it, and one that breaks off can still become a problem document.
SMALL = 131_072
MOST_SPARE, SPARE_FOR_EACH = 10.0, 0.1
# RFC 9110, 5.5. What a service says must not become another field of our answer.
PLAIN = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
FIRST_STATUS, LAST_STATUS = 200, 599
BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)

STATE = Gauge("kiez_service_state", "0 asked, 1 being tried, 2 left alone", ["service"])
IN_FLIGHT = Gauge("kiez_service_in_flight", "Requests a service is working on", ["service"])
WAITING = Gauge("kiez_service_waiting", "Requests that wait for a place", ["service"])
REPEATED = Counter("kiez_service_repeated_total", "Requests sent a second time", ["service"])


class Unreachable(Refused):
    """The service does not answer; it will again."""

    status = HTTPStatus.BAD_GATEWAY
    de = "Der Dienst ist gerade nicht erreichbar; bitte gleich noch einmal."
    en = "The service cannot be reached at present; please try again shortly."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}


class NoAnswer(Refused):
    """What the service said is no answer that could be passed on."""

    status = HTTPStatus.BAD_GATEWAY
    de = "Der Dienst hat unverständlich geantwortet; bitte gleich noch einmal."
    en = "The service answered unintelligibly; please try again shortly."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}


class TooSlow(Refused):
    """The service did not answer in the time that the operation has; what it did is not known."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    de = "Der Dienst braucht zu lange; bitte nachsehen, ob etwas geschah, und noch einmal."
    en = "The service takes too long; please look whether anything happened, and try again."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "10"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one service is asked at most."""

    at_once: int = 64
    waiting: int = 128


class Answer:
    """A service's answer: `whole` where it was read already, otherwise to be taken in pieces.

    `reader` tells when whoever reads has left.
    """

    def __init__(self, reply: Reply, whole: bytes | None, reader: Receive) -> None:
        self.status_code, self.headers = reply.status, reply.headers
        self.whole, self.reader, self._reply = whole, reader, reply
        self._room: Room | None = None

    def one(self, name: bytes) -> str:
        """A header's value, or an empty text."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name), "")

    async def piece(self) -> bytes:
        """The next bytes of a long body; none at the end."""
        return await self._reply.piece()

    def occupies(self, room: Room) -> None:
        """It keeps a place until it is closed."""
        self._room = room

    async def aclose(self) -> None:
        """Give back the connection and the place; a second time does nothing."""
        room, self._room = self._room, None
        try:
            await self._reply.close()
        finally:
            if room:
                room.leave()


class Service:
    """Asks one service; whoever waits longer than the operation has is told so."""

    def __init__(self, name: str, transport: Transport, limits: Limits) -> None:
        self.name, self._transport = name, transport
        self.breaker = Breaker(name)
        self.room = Room(limits.at_once, limits.waiting)
        self._spare = MOST_SPARE
        STATE.labels(name).set_function(lambda: self.breaker.state)
        IN_FLIGHT.labels(name).set_function(lambda: self.room.taken)
        WAITING.labels(name).set_function(lambda: self.room.waiting)

    async def ask(self, asked: Asked) -> Answer:
        """The answer, its place given back as soon as nothing more is wanted of the service."""
        self.breaker.must_let_pass()
        await _begun(asked)
        await self.room.enter()
        try:
            answer = await self._watched(asked)
        except BaseException:
            self.room.leave()
            raise
        if answer.whole is None:
            answer.occupies(self.room)
        else:
            self.room.leave()
        return answer

    async def _watched(self, asked: Asked) -> Answer:
        """Ask, and let the breaker know how it went."""
        probe = self.breaker.begin()
        try:
            async with asyncio.timeout(asked.seconds):
                answer = await _read(await self._sent(asked, probe), asked.receive)
        except (NotSent, Broken, Garbled, TimeoutError) as error:
            if trouble := _of_the_caller(asked, error):
                self.breaker.undecided(probe)
                raise trouble from error
            self.breaker.failed(probe)
            log.warning("a service did not answer", part=self.name, reason=repr(error))
            raise _meaning(error) from error
        except BaseException:
            self.breaker.undecided(probe)
            raise
        self.breaker.answered(probe)
        self._spare = min(self._spare + SPARE_FOR_EACH, MOST_SPARE)
        return answer

    async def _sent(self, asked: Asked, probe: bool) -> Reply:
        """The answer's head; a second attempt only where it cannot do anything twice."""
        try:
            return await self._transport.send(asked)
        except (NotSent, Broken) as error:
            if probe or not self._may_repeat(asked, error):
                raise
            self._spare -= 1
            REPEATED.labels(self.name).inc()
            return await self._transport.send(asked)

    def _may_repeat(self, asked: Asked, error: Exception) -> bool:
        """Second attempts are few beside the first: a failing service gets no storm of them."""
        harmless = asked.repeatable or isinstance(error, NotSent)
        complete = asked.body is None or asked.body.can_be_sent_again
        return harmless and complete and self._spare >= 1


async def _read(reply: Reply, reader: Receive) -> Answer:
    """The answer, if it is one; read to its end where it is short."""
    try:
        length = _length(reply)
        if length is None or length > SMALL:
            return Answer(reply, None, reader)
        pieces = []
        while piece := await reply.piece():
            pieces.append(piece)
    except BaseException:
        await reply.close()
        raise
    await reply.close()
    return Answer(reply, b"".join(pieces), reader)


async def _begun(asked: Asked) -> None:
    """Wait for the body, before it costs the service a place."""
    if asked.body:
        try:
            async with asyncio.timeout(asked.seconds):
                await asked.body.begin()
        except TimeoutError as error:
            raise BodyTooSlow from error


def _of_the_caller(asked: Asked, error: Exception) -> Refused | None:
    """What the caller did wrong, where that is why the service did not answer."""
    body = asked.body
    if body and body.waiting and isinstance(error, TimeoutError):
        return BodyTooSlow()
    return body.trouble if body else None


def _meaning(error: Exception) -> Refused:
    """What the caller is told."""
    if isinstance(error, TimeoutError):
        return TooSlow()
    return NoAnswer() if isinstance(error, Garbled) else Unreachable()


def _length(reply: Reply) -> int | None:
    """How long the body says it is, if the head is sound."""
    if not FIRST_STATUS <= reply.status <= LAST_STATUS:
        raise Garbled(f"status {reply.status}")
    if not PLAIN.fullmatch(b"".join([value for _, value in reply.headers])):
        raise Garbled("a header field that is not plain")
    lengths = [value for key, value in reply.headers if key == b"content-length"]
    if reply.status in BODILESS:
        return 0
    if not lengths:
        return None
    if len(lengths) > 1 or not lengths[0].isdigit():
        raise Garbled("an unclear length")
    return int(lengths[0])
