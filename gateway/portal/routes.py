"""What the gateway itself shows: who may do what, the contract, the reference, the problems."""

from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from gateway.portal import pages
from shared.authority import GERMAN, PAGE, Hat, Permit, PermitIf, Role, decide
from shared.routing import SliceRouter

router = SliceRouter("", tag="portal")


def cell(role: Role, act_id: str) -> str:
    """`permit`, `if` (a relation has to hold) or `refuse`."""
    decision = decide(Hat(role, "any.unit"), PAGE[act_id])
    if isinstance(decision, Permit):
        return "permit"
    return "if" if isinstance(decision, PermitIf) else "refuse"


def the_page() -> list[dict[str, Any]]:
    """The whole page as data: one entry for each act, one cell for each hat."""
    return [
        {
            "act": act.id,
            "class": act.act_class.value,
            "relations": [relation.value for relation in act.relations],
            "alternative": act.alternative,
            "regional": act.regional,
            "hats": {role.value: cell(role, act.id) for role in Role},
        }
        for act in PAGE.values()
    ]


@router.get("/", act="portal.read", response_class=HTMLResponse)
async def landing() -> HTMLResponse:
    """Where to go from here."""
    return pages.page("landing.html")


@router.get("/authority", act="authority.read", response_class=Response)
async def authority(
    request: Request, f: Annotated[Literal["json", "html"] | None, Query()] = None
) -> Response:
    """Who may do what: each act with its class, relations, alternative, and a cell for each hat."""
    reads_html = "text/html" in request.headers.get("accept", "")
    if f == "html" or (f is None and reads_html):
        answer: Response = pages.page("authority.html", rows=the_page(), roles=GERMAN)
    else:
        answer = JSONResponse(the_page())
    answer.headers["Vary"] = "Accept"
    return answer


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
