"""The gateway: may this hat do this act?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import httpx
from fastapi import FastAPI
from httpx_aiohttp import AiohttpTransport

from gateway.admission import Admissions
from gateway.authority.routes import router as authority
from gateway.contracts import HERE, Contracts, committed, documents, merged
from gateway.contributing import Contributors
from gateway.gate import Gate
from gateway.identity import People
from gateway.mint import Mint
from gateway.portal.routes import router as portal
from gateway.proxy import Proxy, session
from gateway.refusals.actions import Refusals
from gateway.refusals.routes import router as refusals_router
from gateway.settings import GatewaySettings
from shared.authority import broken_invariants
from shared.database import Sessions, engine_on, sessions_on
from shared.explain import explain_refusals
from shared.health import add_health
from shared.keys import Key, public_half
from shared.observing import Observed, log_as_json
from shared.tokens import internal_signer, internal_verifier

SLICES = [portal, authority, refusals_router]


def control_plane(sessions: Sessions, key: Key) -> FastAPI:
    """What the gateway itself answers, behind the same gate as everything else."""

    @asynccontextmanager
    async def closing(app: FastAPI) -> AsyncIterator[None]:
        yield
        for close in app.state.closing:
            await close()

    app = FastAPI(
        title="Gateway",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=closing,
        redirect_slashes=False,
    )
    app.state.sessions, app.state.tokens = sessions, internal_verifier(public_half(key), HERE)
    app.state.closing = []
    for each in SLICES:
        app.include_router(each.routes)
    add_health(app)
    explain_refusals(app)
    return app


def create_app(
    settings: GatewaySettings,
    sessions: Sessions,
    transport: httpx.AsyncBaseTransport,
    client: httpx.AsyncClient,
) -> Gate:
    """Assemble the gateway; a page that breaks an invariant does not start.

    `transport` reaches the services, `client` the identity provider.
    """
    if broken := list(broken_invariants()):
        raise RuntimeError("; ".join(broken))
    parts = documents()
    control = control_plane(sessions, settings.signing_key)
    control.state.merged = merged(parts, version("kiezknoten"))
    control.state.problems = {
        slug: problem for part in parts.values() for slug, problem in part["x-problems"].items()
    }
    bind = sessions.kw["bind"]
    control.state.closing = [transport.aclose, client.aclose]
    if hasattr(bind, "dispose"):
        control.state.closing.append(bind.dispose)
    admissions = Admissions(
        Contracts(committed()),
        People(settings.issuer, settings.audience, client),
        Contributors(settings.contribution_key.get_secret_value().encode()),
    )
    return Gate(
        control,
        admissions,
        Mint(internal_signer(settings.signing_key)),
        Proxy(transport, settings.services, settings.most_bytes),
        Refusals(sessions),
        settings.hosts,
    )


def from_environment() -> Observed:
    """What `uvicorn --factory` starts."""
    log_as_json()
    settings = GatewaySettings()
    sessions = sessions_on(engine_on(settings.database_url.get_secret_value()))
    gate = create_app(
        settings, sessions, AiohttpTransport(client=session), httpx.AsyncClient(trust_env=False)
    )
    return Observed(gate, "gateway")
