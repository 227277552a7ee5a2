"""Another part does not answer; it will again, and so whoever asked can ask again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx


class PartAway(Exception):
    """No connection, no answer in time, or an answer that says: not now."""


@asynccontextmanager
async def answering(part: str) -> AsyncIterator[None]:
    """Tell a part that is away from one that refuses: the latter is a fault of ours."""
    try:
        yield
    except httpx.TransportError as error:
        raise PartAway(f"{part}: {type(error).__name__}") from error
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
            raise PartAway(f"{part}: {status}") from error
        raise


def problem_of(answer: httpx.Response) -> str | None:
    """Which refusal an answer is (RFC 9457), by its type's last part; None where it is none."""
    if answer.is_success or "problem+json" not in answer.headers.get("content-type", ""):
        return None
    return str(answer.json().get("type", "")).rpartition("/")[2]
