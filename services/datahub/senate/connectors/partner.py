"""Asks a partner over HTTP: patiently but not for ever, and never mistakes a web page for data."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from services.datahub.senate.connectors.trouble import (
    CursorRefused,
    Failing,
    Malformed,
    NotData,
    TokenRefused,
    Trouble,
    Unreachable,
)

PAUSES = (0.5, 1.0, 2.0)
LONGEST_PAUSE = 10.0
# In all, however little comes at a time; four of these and the pauses stay below rules.SILENCE.
LONGEST_ATTEMPT = 20.0
LARGEST_ANSWER = 16 * 1024 * 1024
TIMEOUT = httpx.Timeout(10, connect=3)
NO_ENTRY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner said; `data` is None where nothing changed since the tag we have."""

    data: dict[str, Any] | None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner's address, asked again after each of `pauses` while it fails."""

    client: httpx.AsyncClient
    pauses: Sequence[float] = PAUSES

    async def ask(
        self, path: str, params: Mapping[str, str] | None = None, known_tag: str | None = None
    ) -> Answer:
        """The JSON object at `path`; raises Trouble."""
        headers = {"if-none-match": known_tag} if known_tag else {}
        request = self.client.build_request("GET", path, params=params, headers=headers)
        for pause in self.pauses:
            try:
                return await self._once(request)
            except (Unreachable, Failing) as trouble:
                await asyncio.sleep(max(pause, _wished_pause(trouble)))
        return await self._once(request)

    async def _once(self, request: httpx.Request) -> Answer:
        try:
            async with asyncio.timeout(LONGEST_ATTEMPT):
                answer = await self.client.send(request, stream=True)
                try:
                    body = await _read(answer)
                finally:
                    await answer.aclose()
        except (httpx.RequestError, TimeoutError) as error:
            raise Unreachable(type(error).__name__) from error
        _must_be_well(answer)
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            return Answer(None, answer.headers.get("etag"))
        return Answer(_data(answer, body), answer.headers.get("etag"))


class Overloaded(Failing):
    """The partner fails and says when to come back."""

    def __init__(self, detail: str, seconds: float) -> None:
        super().__init__(detail)
        self.seconds = seconds


def _wished_pause(trouble: Trouble) -> float:
    return min(trouble.seconds, LONGEST_PAUSE) if isinstance(trouble, Overloaded) else 0.0


async def _read(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise Malformed(f"an answer of more than {LARGEST_ANSWER} bytes")
    return bytes(body)


def _must_be_well(answer: httpx.Response) -> None:
    status, said = answer.status_code, f"HTTP {answer.status_code}"
    if status in NO_ENTRY:
        raise TokenRefused(said)
    if status == HTTPStatus.GONE:
        raise CursorRefused(said)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        wish = answer.headers.get("retry-after", "")
        raise Overloaded(said, float(wish) if wish.isdecimal() else 0.0)
    if status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
        raise Malformed(said)


def _data(answer: httpx.Response, body: bytes) -> dict[str, Any]:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise NotData(kind or "no content type")
    try:
        data = json.loads(body)
    except ValueError as error:
        raise NotData("no JSON, though it says so") from error
    if not isinstance(data, dict):
        raise Malformed("no JSON object")
    return data
