"""The pages a person reads: plain HTML, no foreign network, no script but the reference's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from shared.problems import NotFound

HERE = Path(__file__).parent
ASSETS = Path(fastapi_offline.__file__).parent / "static"
SERVED = {
    "swagger-ui-bundle.js": (ASSETS / "swagger-ui-bundle.js", "text/javascript"),
    "swagger-ui.css": (ASSETS / "swagger-ui.css", "text/css"),
    "reference.js": (HERE / "reference.js", "text/javascript"),
    "kiezknoten.css": (HERE / "kiezknoten.css", "text/css"),
}
# Whatever a record says, a page of ours runs no script from it and loads nothing from elsewhere.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'"
)

templates = Environment(
    loader=FileSystemLoader(HERE), autoescape=select_autoescape(), trim_blocks=True
)


def page(template: str, /, **given: Any) -> HTMLResponse:
    """A page made from `template`."""
    text = templates.get_template(template).render(**given)
    return HTMLResponse(text, headers={"Content-Security-Policy": POLICY})


def asset(name: str) -> Response:
    """A style sheet or script of the pages."""
    if name not in SERVED:
        raise NotFound
    file, media_type = SERVED[name]
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(file.read_bytes(), media_type=media_type, headers=headers)


def problem(slug: str, known: Mapping[str, Mapping[str, Any]]) -> HTMLResponse:
    """What a refusal means, and what to do."""
    if slug not in known:
        raise NotFound
    return page("problem.html", slug=slug, problem=known[slug])
