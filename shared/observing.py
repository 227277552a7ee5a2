"""One line and one figure for each request, with the id that follows it through the house."""

import logging
import sys
import time

import orjson
import structlog
from prometheus_client import Histogram
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()
SECONDS = Histogram(
    "kiez_request_seconds",
    "Time from the request to the last byte of the answer",
    ["service", "method", "route", "status"],
)
UNKNOWN = "(none of ours)"
QUIET = ("/health/", "/metrics")


def log_as_json() -> None:
    """Write every log line as one JSON object on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )


class Observed:
    """ASGI around a service: request id into every log line, one line and figure at the end."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and note how it went."""
        if scope["type"] != "http" or scope["path"].startswith(QUIET):
            return await self._app(scope, receive, send)
        structlog.contextvars.clear_contextvars()
        request_id = Headers(scope=scope).get("x-request-id", "")
        structlog.contextvars.bind_contextvars(service=self._service, request_id=request_id)
        started, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            log.exception("a fault of ours")
            raise
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # The template, not the path: ids would make a figure of its own each, and an address that
        # nobody offers may hold anything, names and tokens included.
        route = getattr(scope.get("route"), "path", "")
        SECONDS.labels(self._service, scope["method"], route, status).observe(seconds)
        log.info(
            "served",
            method=scope["method"],
            path=route or UNKNOWN,
            status=status,
            ms=round(seconds * 1000, 1),
        )
