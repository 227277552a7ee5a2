"""An issuer that publishes what a test wants, and a clock that goes as a test wants."""

from typing import Any

import httpx

from deploy.local.issuer import ISSUER, new_key
from gateway.people.published import DISCOVERY

JWKS = f"{ISSUER}/jwks"
FOUND = {"issuer": ISSUER, "jwks_uri": JWKS}


class Publisher(httpx.AsyncBaseTransport):
    """Answers for the issuer as it is told to, and counts."""

    def __init__(self) -> None:
        self.private, self.public = new_key()
        self.says: dict[str, Any] = {ISSUER + DISCOVERY: FOUND}
        self.publish(demo=self.public)
        self.asked: list[str] = []

    def publish(self, **keys: Any) -> None:
        """Have exactly these keys."""
        self.says[JWKS] = {"keys": [key | {"kid": kid} for kid, key in keys.items()]}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        said = self.says[str(request.url)]
        if isinstance(said, Exception):
            raise said
        if callable(said):
            said = said()
        if hasattr(said, "__aiter__"):
            return httpx.Response(200, content=said)
        return said if isinstance(said, httpx.Response) else httpx.Response(200, json=said)


class Clock:
    """The provider's hours go by as a test wants."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at
