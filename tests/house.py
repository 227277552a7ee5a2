"""Gateway and services in one process: the real gate, the real services, no socket between."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import async_sessionmaker
from starlette.routing import BaseRoute

from deploy.contracts import SERVICES, Create
from deploy.local.issuer import ISSUER, access_token, new_key
from gateway.app import create_app
from gateway.forwarding.transport import Asked, Headers, NotSent, Reply
from gateway.people.identity import People
from gateway.people.issuers import Issuer as Believed
from gateway.people.revoked import Revocations
from gateway.settings import GatewaySettings
from shared.authority import Hat, Role
from shared.database import Sessions

JUGENDAMT = Hat(Role.LEAD, "06.jugendamt")
SOZIALAMT = Hat(Role.SPECIALIST, "06.sozialamt")
COORDINATION = Hat(Role.DISTRICT_COORDINATION, "06.spk")
CITIZEN = Hat(Role.CITIZEN, "person")
QUESTION = {"question": "Wie viele Plätze fehlen?", "wished_by": "2030-01-31"}
ACCEPTED = {"outcome": "accepted"}
# What FastAPI makes of the routes at the first request; nothing of a house is in them.
ROUTES: dict[Create, list[BaseRoute]] = {}


class Upstream(httpx.AsyncBaseTransport):
    """The way to the services; it remembers what came through."""

    def __init__(self, apps: Mapping[str, FastAPI]) -> None:
        self.asked: list[httpx.Request] = []
        self._inner = {
            name: httpx.ASGITransport(app, raise_app_exceptions=False) for name, app in apps.items()
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.host not in self._inner:
            raise httpx.ConnectError("there is no such service in this house")
        return await self._inner[request.url.host].handle_async_request(request)

    async def send(self, asked: Asked) -> Reply:
        """As the gateway asks."""
        url = httpx.URL(asked.base).copy_with(raw_path=asked.target.encode())
        body = asked.body.pieces() if asked.body else None
        try:
            answer = await self.handle_async_request(
                httpx.Request(asked.method, url, headers=[*asked.headers], content=body)
            )
        except httpx.TransportError as error:
            raise NotSent from error
        return Answered(answer)


class Answered:
    """A service's answer, as the gateway takes it."""

    def __init__(self, answer: httpx.Response) -> None:
        self._pieces = answer.aiter_bytes() if answer.is_stream_consumed else answer.aiter_raw()
        self._answer = answer
        self.status = answer.status_code
        self.headers: Headers = [(key.lower(), value) for key, value in answer.headers.raw]

    async def piece(self) -> bytes:
        return await anext(self._pieces, b"")

    async def close(self) -> None:
        await self._answer.aclose()


class Issuer(httpx.AsyncBaseTransport):
    """An identity provider as far as the gateway asks it: discovery and keys.

    Answers are found by their whole address, or else by path: the one issuer of most houses.
    """

    def __init__(self, public: dict[str, str]) -> None:
        self.answers: dict[str, Any] = {
            "/.well-known/openid-configuration": {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"},
            "/jwks": {"keys": [public | {"kid": "demo"}]},
        }
        self.asked: list[str] = []
        self.away = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.away:
            raise httpx.ConnectError("away")
        answer = self.answers.get(str(request.url)) or self.answers[request.url.path]
        if isinstance(answer, httpx.Response):
            return answer
        return httpx.Response(200, json=answer, request=request)


def with_known_routes(app: FastAPI, of: Create) -> FastAPI:
    """The app with routes that another one of its kind has read already, which takes a while."""
    app.router.routes = ROUTES.setdefault(of, app.router.routes)
    return app


class House:
    """Everything a request passes."""

    def __init__(
        self,
        sessions: Mapping[str, Sessions],
        services: Mapping[str, Create] = SERVICES,
        issuers: Sequence[Believed] = (Believed(url=ISSUER),),
        elsewhere: Mapping[str, httpx.AsyncBaseTransport] | None = None,
        **more: Any,
    ) -> None:
        self.signing_key, public = new_key()
        self.issuer_key, issuer_public = new_key()
        unused: Sessions = async_sessionmaker()
        self.services = {
            name: with_known_routes(create(sessions.get(name, unused), public), create)
            for name, create in services.items()
        }
        self.upstream = Upstream(self.services)
        self.issuer = Issuer(issuer_public)
        told = GatewaySettings(
            database_url="unused",
            signing_key=self.signing_key,
            contribution_key="a key of no importance",
            issuers=list(issuers),
            services={name: f"http://{name}" for name in SERVICES},
            # What was just done has to be seen at once; tests of the cache give it room.
            **{"cache_bytes": 0} | more,
        )
        self.gate = create_app(
            told,
            sessions.get("gateway", unused),
            self.upstream,
            httpx.AsyncClient(transport=self.issuer, mounts=elsewhere),
        )
        if "gateway" not in sessions:  # no list of revocations, and nobody on it
            self.revocations.take([])

    @property
    def people(self) -> People:
        """Whom this gateway believes what."""
        people = self.gate.control.state.people
        assert isinstance(people, People)
        return people

    @property
    def revocations(self) -> Revocations:
        """What no longer holds here."""
        revocations = self.gate.control.state.revocations
        assert isinstance(revocations, Revocations)
        return revocations

    def as_(self, *hats: Hat, at: str = "/registry/v1", **headers: str) -> httpx.AsyncClient:
        """A client of somebody with these hats; without any, of the public."""
        if hats:
            token = access_token(self.issuer_key, "somebody", *hats)
            headers["authorization"] = f"Bearer {token}"
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.gate),
            base_url=f"http://gateway{at}",
            headers=headers,
        )

    async def a_request(
        self, unit: str, addressee: str, *, wished_by: date = date(2030, 1, 31), **more: Any
    ) -> str:
        """A request of `unit` to `addressee`, for everybody to read unless told otherwise."""
        draft = QUESTION | {"addressee": addressee, "visibility": "public"} | more
        draft["wished_by"] = wished_by.isoformat()
        answer = await self.as_(Hat(Role.LEAD, unit)).post("/requests", json=draft)
        return str(answer.raise_for_status().json()["id"])

    async def a_reply(self, request_id: str, unit: str) -> str:
        """The reply of `unit` to that request."""
        client = self.as_(Hat(Role.LEAD, unit))
        answer = await client.post(f"/requests/{request_id}/replies", json=ACCEPTED)
        return str(answer.raise_for_status().json()["id"])
