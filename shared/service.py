"""Builds a service: its slices under its public address, problems, tokens, sessions, health."""

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI

from shared import events, tally
from shared.database import Sessions
from shared.explain import explain_refusals
from shared.health import add_health
from shared.keys import Key, KeySet
from shared.observing import Observed
from shared.routing import SliceRouter
from shared.sealing import sealing
from shared.tokens import internal_verifier

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def build(
    name: str,
    slices: Sequence[SliceRouter],
    sessions: Sessions,
    key: Key | KeySet,
    *,
    title: str = "",
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """Assemble service `name`, which trusts tokens signed with the gateway's `key` and no header.

    It answers below /<name>/v1, the address the world sees, so that the gateway rewrites nothing.
    Its health and figures stand outside the contract, so the gateway never forwards to them.
    """
    app = FastAPI(
        title=title or name.capitalize(),
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan or closing,
        redirect_slashes=False,
    )
    app.state.sessions, app.state.part = sessions, name
    app.state.tokens = internal_verifier(key, name)
    for each in (*slices, events.router, tally.router):
        app.include_router(each.routes, prefix=f"/{name}/v1")
    add_health(app)
    explain_refusals(app)
    app.add_middleware(Observed, service=name)
    return app


@asynccontextmanager
async def closing(app: FastAPI) -> AsyncIterator[None]:
    """Seal the journal as long as the service runs, and give the connections back at the end."""
    gc.freeze()  # what the start has made stays: no collection need look through it again
    async with sealing(app.state.sessions, app.state.part):
        yield
    bind = app.state.sessions.kw["bind"]
    if hasattr(bind, "dispose"):
        await bind.dispose()
