"""The gateway: may this hat do this act?"""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from fastapi import FastAPI
from limits.aio.storage import Storage
from limits.storage import storage_from_string
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.admission import Admissions
from gateway.authority.routes import router as authority
from gateway.authorize import DecisionPoint
from gateway.cache.cache import Cache
from gateway.cache.heads import Heads, Watch
from gateway.contracts import HERE, Contracts
from gateway.entrance.browsers import readable_from
from gateway.entrance.swift import Entrance
from gateway.forwarding.proxy import Proxy
from gateway.forwarding.service import Limits
from gateway.forwarding.transport import Transport, Wire
from gateway.gate import Gate
from gateway.memory import Memory
from gateway.mint import Mint
from gateway.passages.routes import router as passages_router
from gateway.people.contributing import Contributors
from gateway.people.identity import People
from gateway.people.revoked import Revocations
from gateway.portal.routes import router as portal
from gateway.rates.addresses import Addresses
from gateway.rates.rates import Policy
from gateway.rates.visits import Rates
from gateway.refusals.routes import router as refusals_router
from gateway.renewal import Renewal, signing_key
from gateway.report.actions import Reports
from gateway.report.routes import router as report_router
from gateway.revocations.routes import router as revocations_router
from gateway.running import doing
from gateway.settings import GatewaySettings
from gateway.tallies import Tallies
from shared.authority import broken_invariants
from shared.database import Sessions, engine_on, sessions_on
from shared.explain import explain_refusals
from shared.health import add_health
from shared.keys import Key, public_half
from shared.observing import Observed, log_as_json
from shared.sealing import sealing
from shared.tokens import internal_signer, internal_verifier

BETWEEN_LISTS, BETWEEN_LOOKS = 3.0, 5.0
SLICES = [
    portal,
    authority,
    report_router,
    refusals_router,
    passages_router,
    revocations_router,
]


def control_plane(sessions: Sessions, key: Key) -> FastAPI:
    """What the gateway itself answers, behind the same gate as everything else."""

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        gc.freeze()  # what the start has made stays: no collection need look through it again
        for begin in app.state.opening:
            begin()
        async with sealing(sessions, HERE), doing(app.state.chores):
            yield
        for close in app.state.closing:
            await close()

    app = FastAPI(
        title="Gateway",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=living,
        redirect_slashes=False,
    )
    app.state.sessions, app.state.tokens = sessions, internal_verifier(public_half(key), HERE)
    app.state.chores, app.state.opening, app.state.closing = {}, [], []
    for each in SLICES:
        app.include_router(each.routes)
    add_health(app)
    explain_refusals(app)
    return app


@dataclass(frozen=True, slots=True)
class Gateway:
    """The gateway as its server sees it, and its own pages within."""

    front: ASGIApp
    control: FastAPI
    gate: Gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self.front(scope, receive, send)


def create_app(
    settings: GatewaySettings,
    sessions: Sessions,
    transport: Transport,
    client: httpx.AsyncClient,
) -> Gateway:
    """Assemble the gateway; a page that breaks an invariant does not start.

    `transport` reaches the services, `client` the identity provider.
    """
    if broken := list(broken_invariants()):
        raise RuntimeError("; ".join(broken))
    key = signing_key(settings)
    contracts, mint, memory = Contracts(), Mint(internal_signer(key)), Memory(sessions)
    revocations = Revocations(sessions, settings.issuers)
    people = People(settings.issuers, client, revocations)
    limits = Limits(settings.most_at_once, settings.most_waiting)
    proxy = Proxy(transport, settings.services, settings.most_bytes, settings.seconds, limits)

    control = control_plane(sessions, key)
    state = control.state
    state.reports = Reports(sessions, Tallies(transport, settings.services, mint))
    state.revocations, state.people = revocations, people
    state.chores = {revocations.load: BETWEEN_LISTS, people.refresh: BETWEEN_LOOKS}
    state.opening = [Renewal(settings, control, contracts, mint).listen]
    state.closing = [transport.aclose, client.aclose]
    if hasattr(sessions.kw["bind"], "dispose"):
        state.closing.append(sessions.kw["bind"].dispose)

    contributors = Contributors(settings.contribution_key.get_secret_value().encode())
    admissions = Admissions(contracts, people, contributors)
    cache = Cache(Heads(Watch(contracts, proxy, mint).head), settings.cache_bytes)
    rates = rates_of(settings)
    gate = Gate(control, admissions, mint, proxy, memory, (rates, cache), settings.hosts)
    front: ASGIApp = gate
    if settings.proxy_secret:
        front = DecisionPoint(front, settings, admissions, mint, memory, proxy.must_fit, rates)
    return Gateway(front, control, gate)


def rates_of(settings: GatewaySettings) -> Rates:
    """How much anybody may ask, counted here and, if there is a Redis, together with others."""
    shared = shared_storage(settings.rates_url)
    return Rates(
        Addresses(settings.trusted_proxies),
        address=Policy("address", settings.rate_per_address, shared),
        subject=Policy("subject", settings.rate_per_subject, shared),
        changes=Policy("changes", settings.rate_of_changes, shared),
        tries=Policy("sign-in", settings.rate_per_address, shared),
    )


def shared_storage(url: SecretStr | None) -> Storage | None:
    """The Redis that several gateways count in."""
    if url is None:
        return None
    storage = storage_from_string(
        url.get_secret_value(), implementation="redispy", wrap_exceptions=True
    )
    assert isinstance(storage, Storage), "the address has to begin with async+"
    return storage


def from_environment() -> Entrance:
    """What `uvicorn --factory` starts."""
    log_as_json()
    settings = GatewaySettings()
    sessions = sessions_on(engine_on(settings.database_url.get_secret_value()))
    gateway = create_app(settings, sessions, Wire(), httpx.AsyncClient(trust_env=False))
    app = readable_from(settings.cors_origins, gateway)
    return Entrance(Observed(app, "gateway"), gateway.gate)
