"""Asks every service for the figures of its journal, as the gateway itself."""

import asyncio
from collections.abc import Mapping

import httpx
import structlog
from pydantic import ValidationError

from shared.authority import Hat, Role
from shared.tally import Period, Tally
from shared.tokens import Signer

log = structlog.get_logger()
GATEWAY = Hat(Role.SERVICE, "gateway")
PATIENCE = 3.0
ACT = "event.tally"


class Tallies:
    """Knows where each service is, and signs for the one act of asking for figures."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport, services: Mapping[str, str], signer: Signer
    ) -> None:
        self._transport, self._signer = transport, signer
        self._services = {name: httpx.URL(base) for name, base in services.items()}

    async def of(self, period: Period) -> dict[str, Tally | None]:
        """The figures of each service; None for one that gives none."""
        asked = (self._ask(service, period) for service in self._services)
        return dict(zip(self._services, await asyncio.gather(*asked), strict=True))

    async def _ask(self, service: str, period: Period) -> Tally | None:
        request = self._request(service, period)
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._transport.handle_async_request(request)
                try:
                    body = await answer.aread()
                finally:
                    await answer.aclose()
        except (httpx.TransportError, TimeoutError) as error:
            log.warning("no figures for the report", part=service, reason=type(error).__name__)
            return None
        if not answer.is_success:
            log.warning("no figures for the report", part=service, status=answer.status_code)
            return None
        try:
            return Tally.model_validate_json(body)
        except ValidationError:
            log.warning("no figures for the report", part=service, reason="unreadable")
            return None

    def _request(self, service: str, period: Period) -> httpx.Request:
        token = self._signer.sign(
            service,
            GATEWAY.unit,
            act=ACT,
            role=GATEWAY.role,
            unit=GATEWAY.unit,
            regions=(),
            relations=(),
            request_id="",
        )
        base = self._services[service]
        raw = f"/{service}/v1/events/tally?from={period.since}&until={period.until}"
        headers = [
            (b"host", base.netloc),
            (b"authorization", b"Bearer " + token.encode()),
            (b"accept-encoding", b"identity"),
        ]
        limits = httpx.Timeout(PATIENCE, connect=2).as_dict()
        return httpx.Request(
            "GET",
            base.copy_with(raw_path=raw.encode()),
            headers=headers,
            extensions={"timeout": limits},
        )
