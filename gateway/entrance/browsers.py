"""Which pages of others may read our answers in a browser (CORS); none, unless they are named."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

METHODS = ("GET", "POST", "PATCH")
SENT = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Prefer",
    "Traceparent",
    "X-Acting-As",
    "X-Contribution-Link",
    "X-Request-Id",
)
READ = (
    "Cache-Status",
    "ETag",
    "Idempotent-Replayed",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Contribution-Link",
    "X-Request-Id",
)
# Long enough for one visit to a page; an origin that is taken off the list is gone soon after.
PREFLIGHT_FOR = 300


def readable_from(origins: Sequence[str], app: ASGIApp) -> ASGIApp:
    """`app`, which browsers let pages of these origins read.

    Names are compared whole. Nothing is sent along by the browser itself: no cookie means
    anything here, and whoever holds a token sends it. A preflight is answered before anybody is
    asked who they are, so its answer is the same for all.
    """
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=tuple(origins),
        allow_methods=METHODS,
        allow_headers=SENT,
        expose_headers=READ,
        max_age=PREFLIGHT_FOR,
    )
