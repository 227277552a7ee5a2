"""The service's own identity among the others: a token of its own, fetched when needed."""

import asyncio
import time
from collections.abc import AsyncGenerator
from http import HTTPStatus

import httpx
from pydantic import BaseModel, SecretStr

from services.participation.clients.away import answering

# A token is renewed a little before it ends, so that none ends on its way.
MARGIN = 30


class Granted(BaseModel):
    """What a token endpoint answers (RFC 6749, 5.1)."""

    access_token: str
    expires_in: int


class Machine(httpx.Auth):
    """Signs requests with a token got by client_credentials (RFC 6749, 4.4), kept until it ends."""

    def __init__(
        self, client: httpx.AsyncClient, token_url: str, client_id: str, secret: SecretStr
    ) -> None:
        self._client, self._token_url = client, token_url
        self._who = httpx.BasicAuth(client_id, secret.get_secret_value())
        self._token, self._until = "", 0.0
        self._turn = asyncio.Lock()

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """The request with our token; once more with a new one where that no longer holds."""
        token = await self._present()
        request.headers["authorization"] = f"Bearer {token}"
        answer = yield request
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            token = await self._present(other_than=token)
            request.headers["authorization"] = f"Bearer {token}"
            yield request

    async def _present(self, other_than: str = "") -> str:
        async with self._turn:
            if self._until <= time.monotonic() or self._token == other_than:
                await self._renew()
            return self._token

    async def _renew(self) -> None:
        async with answering("identity"):
            answer = await self._client.post(
                self._token_url, data={"grant_type": "client_credentials"}, auth=self._who
            )
            granted = Granted.model_validate(answer.raise_for_status().json())
        self._token = granted.access_token
        self._until = time.monotonic() + granted.expires_in - MARGIN
