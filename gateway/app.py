"""The gateway: may this hat do this act?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from gateway.admission import Admissions
from gateway.contracts import HERE, Contracts
from gateway.contributing import Contributors
from gateway.gate import Gate
from gateway.identity import People
from gateway.memory import Memory
from gateway.mint import Mint
from gateway.passages.routes import router as passages_router
from gateway.portal.routes import router as portal
from gateway.proxy import Proxy
from gateway.refusals.routes import router as refusals_router
from gateway.renewal import Renewal, signing_key
from gateway.report.actions import Reports
from gateway.report.routes import router as report_router
from gateway.revocations.routes import router as revocations_router
from gateway.revoked import Revocations
from gateway.running import doing
from gateway.service import Limits
from gateway.settings import GatewaySettings
from gateway.tallies import Tallies
from gateway.transport import Transport, Wire
from shared.authority import broken_invariants
from shared.database import Sessions, engine_on, sessions_on
from shared.explain import explain_refusals
from shared.health import add_health
from shared.keys import Key, public_half
from shared.observing import Observed, log_as_json
from shared.sealing import sealing
from shared.tokens import internal_signer, internal_verifier

BETWEEN_LISTS, BETWEEN_LOOKS = 3.0, 5.0
SLICES = [portal, report_router, refusals_router, passages_router, revocations_router]


def control_plane(sessions: Sessions, key: Key) -> FastAPI:
    """What the gateway itself answers, behind the same gate as everything else."""

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
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


def create_app(
    settings: GatewaySettings,
    sessions: Sessions,
    transport: Transport,
    client: httpx.AsyncClient,
) -> Gate:
    """Assemble the gateway; a page that breaks an invariant does not start.

    `transport` reaches the services, `client` the identity provider.
    """
    if broken := list(broken_invariants()):
        raise RuntimeError("; ".join(broken))
    key = signing_key(settings)
    control = control_plane(sessions, key)
    bind = sessions.kw["bind"]
    control.state.closing = [transport.aclose, client.aclose]
    if hasattr(bind, "dispose"):
        control.state.closing.append(bind.dispose)
    signer = internal_signer(key)
    contracts, mint = Contracts(), Mint(signer)
    control.state.reports = Reports(sessions, Tallies(transport, settings.services, signer))
    control.state.revocations = Revocations(sessions, settings.issuers)
    control.state.people = People(settings.issuers, client, control.state.revocations)
    control.state.chores = {
        control.state.revocations.load: BETWEEN_LISTS,
        control.state.people.refresh: BETWEEN_LOOKS,
    }
    admissions = Admissions(
        contracts,
        control.state.people,
        Contributors(settings.contribution_key.get_secret_value().encode()),
    )
    control.state.opening = [Renewal(settings, control, contracts, mint).listen]
    limits = Limits(settings.most_at_once, settings.most_waiting)
    return Gate(
        control,
        admissions,
        mint,
        Proxy(transport, settings.services, settings.most_bytes, settings.seconds, limits),
        Memory(sessions),
        settings.hosts,
    )


def from_environment() -> Observed:
    """What `uvicorn --factory` starts."""
    log_as_json()
    settings = GatewaySettings()
    sessions = sessions_on(engine_on(settings.database_url.get_secret_value()))
    gate = create_app(settings, sessions, Wire(), httpx.AsyncClient(trust_env=False))
    return Observed(gate, "gateway")
