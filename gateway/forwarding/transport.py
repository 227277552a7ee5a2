"""The wire to the services: aiohttp's client without its own ideas.

It keeps no cookie, invents no header, follows no redirect, unpacks nothing and repeats nothing:
whether a request may be sent twice is not for a library to decide.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import (
    ClientConnectionError,
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from multidict import CIMultiDict
from starlette.types import Receive
from yarl import URL

from gateway.forwarding.body import Body

Headers = Sequence[tuple[bytes, bytes]]

TO_CONNECT = 2.0
# Shorter than the 5 s after which a service closes: a request sent into a connection that is
# being closed fails, and one that changes something cannot be sent again.
KEPT_OPEN = 4.0
INVENTED = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class NotSent(Exception):
    """No connection could be made, so the service has heard nothing."""


class Broken(Exception):
    """The connection ended before an answer began; what the service did is not known."""


class Garbled(Exception):
    """What came back is no answer, or only a part of one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to a service; `target` is path and query as they stand on the request line."""

    base: str
    method: str
    target: str
    headers: Headers
    body: Body | None
    receive: Receive
    seconds: float
    repeatable: bool


class Reply(Protocol):
    """A service's answer as it comes in; its head is here."""

    status: int
    headers: Headers

    async def piece(self) -> bytes:
        """The next bytes of its body; none at the end."""

    async def close(self) -> None:
        """Give the connection back, or close it where the answer was not read to its end."""


class Transport(Protocol):
    """Whatever carries a request to a service."""

    async def send(self, asked: Asked) -> Reply:
        """The answer's head, or NotSent, Broken or Garbled."""

    async def aclose(self) -> None:
        """Close every connection."""


class WireReply:
    """An answer on aiohttp's connection."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers: Headers = [(key.lower(), value) for key, value in response.raw_headers]

    async def piece(self) -> bytes:
        """At most what aiohttp buffers: it stops reading while nobody takes."""
        try:
            return await self._response.content.readany()
        except ClientError as error:
            raise Garbled(type(error).__name__) from error

    async def close(self) -> None:
        """An answer that was not read to its end takes its connection along."""
        self._response.release()


async def once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Send a request one single time; aiohttp would repeat a GET by itself if it saw its error.

    Only the kind of an error is told on: aiohttp's own words quote the header, token and all.
    """
    try:
        return await handler(request)
    except (ClientConnectorError, ConnectionTimeoutError) as error:
        raise NotSent(type(error).__name__) from error
    except ClientConnectionError as error:
        raise Broken(type(error).__name__) from error
    except (ClientError, ValueError) as error:
        raise Garbled(type(error).__name__) from error


class Wire:
    """One client for all services; it begins with the first request, in the loop that serves."""

    def __init__(self) -> None:
        self._client: ClientSession | None = None

    async def send(self, asked: Asked) -> Reply:
        """Send it as it is; a small body in one piece with the head."""
        data: bytes | AsyncIterator[bytes] | None = None
        if asked.body:
            whole = asked.body.whole
            data = asked.body.pieces() if whole is None else whole
        response = await self._session().request(
            asked.method,
            URL(asked.base + asked.target, encoded=True),
            headers=CIMultiDict(
                (k.decode("latin-1"), v.decode("latin-1")) for k, v in asked.headers
            ),
            data=data or None,
            allow_redirects=False,
        )
        return WireReply(response)

    async def aclose(self) -> None:
        """Close every connection."""
        if self._client:
            await self._client.close()

    def _session(self) -> ClientSession:
        if self._client is None:
            self._client = ClientSession(
                # How many there may be is a service's own limit.
                connector=TCPConnector(limit=0, keepalive_timeout=KEPT_OPEN),
                cookie_jar=DummyCookieJar(),
                skip_auto_headers=INVENTED,
                auto_decompress=False,
                timeout=ClientTimeout(total=None, sock_connect=TO_CONNECT),
                middlewares=(once,),
            )
        return self._client
