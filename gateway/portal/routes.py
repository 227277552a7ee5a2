"""What the gateway itself shows: where to go, the contract, the reference, the problems."""

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from gateway.portal import pages
from shared.routing import SliceRouter

router = SliceRouter("", tag="portal")


@router.get("/", act="portal.read", response_class=HTMLResponse)
async def landing() -> HTMLResponse:
    """Where to go from here."""
    return pages.page("landing.html")


@router.get("/openapi.json", act="portal.read")
async def openapi(request: Request) -> JSONResponse:
    """Every operation of every service in one contract (OpenAPI 3.1), with its act."""
    return JSONResponse(request.app.state.merged)


@router.get("/docs", act="portal.read", response_class=HTMLResponse)
async def reference() -> HTMLResponse:
    """The API reference; it loads nothing from a foreign network."""
    return pages.page("reference.html")


@router.get("/docs/assets/{name}", act="portal.read", response_class=Response)
async def asset(name: str) -> Response:
    """A style sheet or script of the pages."""
    return pages.asset(name)


@router.get("/problems/{slug}", act="portal.read", response_class=HTMLResponse)
async def problem(slug: str, request: Request) -> HTMLResponse:
    """What a refusal means, and what to do; every problem's `type` leads here."""
    return pages.problem(slug, request.app.state.problems)
