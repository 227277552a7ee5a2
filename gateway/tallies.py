"""Asks every service for the figures of its journal, as the gateway itself."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

import structlog
from pydantic import ValidationError

from gateway.forwarding.body import no_body
from gateway.forwarding.transport import Asked, Broken, Garbled, NotSent, Transport
from gateway.mint import Mint
from shared.tally import Period, Tally

log = structlog.get_logger()
PATIENCE = 3.0
ACT = "event.tally"


class Tallies:
    """Knows where each service is, and asks each for the one thing."""

    def __init__(self, transport: Transport, services: Mapping[str, str], mint: Mint) -> None:
        self._transport, self._services, self._mint = transport, services, mint

    async def of(self, period: Period) -> dict[str, Tally | None]:
        """The figures of each service; None for one that gives none."""
        asked = (self._ask(service, period) for service in self._services)
        return dict(zip(self._services, await asyncio.gather(*asked), strict=True))

    async def _ask(self, service: str, period: Period) -> Tally | None:
        try:
            async with asyncio.timeout(PATIENCE):
                status, body = await self._answer(self._question(service, period))
        except (NotSent, Broken, Garbled, TimeoutError) as error:
            log.warning("no figures for the report", part=service, reason=type(error).__name__)
            return None
        if status != HTTPStatus.OK:
            log.warning("no figures for the report", part=service, status=status)
            return None
        try:
            return Tally.model_validate_json(body)
        except ValidationError:
            log.warning("no figures for the report", part=service, reason="unreadable")
            return None

    async def _answer(self, question: Asked) -> tuple[int, bytes]:
        reply, body = await self._transport.send(question), b""
        try:
            while piece := await reply.piece():
                body += piece
        finally:
            await reply.close()
        return reply.status, body

    def _question(self, service: str, period: Period) -> Asked:
        token = self._mint.own(service, ACT)
        return Asked(
            self._services[service].rstrip("/"),
            "GET",
            f"/{service}/v1/events/tally?from={period.since}&until={period.until}",
            [(b"authorization", b"Bearer " + token.encode()), (b"accept-encoding", b"identity")],
            None,
            no_body,
            PATIENCE,
            repeatable=True,
        )
