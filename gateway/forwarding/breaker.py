"""A service that does not answer is left alone for a while, and then asked by one request."""

import random
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import ClassVar

import structlog

from shared.problems import Refused

log = structlog.get_logger()

ENOUGH = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
CLOSED, PROBING, OPEN = 0, 1, 2


class Resting(Refused):
    """The service has failed several times in a row and is not asked for some seconds."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    de = "Der Dienst ist gerade gestört; bitte in einigen Sekunden noch einmal."
    en = "The service is disturbed at present; please try again in some seconds."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}


class Breaker:
    """Closed until so many failures in a row; then open, with pauses that grow and never agree."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name, self._clock = name, clock
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._rests_until = 0.0
        self.state = CLOSED

    def must_let_pass(self) -> None:
        """Refuse while the service rests, and while one request is finding out how it is."""
        if self.state == PROBING or (self.state == OPEN and self._clock() < self._rests_until):
            raise Resting

    def begin(self) -> bool:
        """Go ahead; True for the one request that finds out how the service is."""
        self.must_let_pass()
        if self.state == OPEN:
            self.state = PROBING
        return self.state == PROBING

    def answered(self, probe: bool) -> None:
        """The service lives; a late answer from before the pause does not end it."""
        if probe:
            log.info("a service answers again", part=self._name)
        if probe or self.state == CLOSED:
            self.state, self._failures, self._pause = CLOSED, 0, FIRST_PAUSE

    def failed(self, probe: bool) -> None:
        """It did not; what was sent before the pause began does not lengthen it."""
        self._failures += 1
        if probe or (self.state == CLOSED and self._failures >= ENOUGH):
            # The jitter keeps several gateways from knocking at the same moment.
            pause = self._pause * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            self.state, self._rests_until = OPEN, self._clock() + pause
            log.warning("a service is left alone", part=self._name, seconds=round(pause, 2))

    def undecided(self, probe: bool) -> None:
        """The caller gave up or was refused; nothing was learnt, so the next one finds out."""
        if probe:
            self.state = OPEN
