"""The pages a person reads: plain HTML, no foreign network, no script but the reference's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import fastapi_offline
from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from shared.problems import NotFound, preferred

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


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a person in a browser or a program, and in which language."""

    html: bool = True
    language: str = "de"

    @property
    def headers(self) -> dict[str, str]:
        """What an answer that differs by reader says of itself."""
        return {"Content-Language": self.language, "Vary": "Accept, Accept-Language"}

    def say(self, de: str, en: str) -> str:
        """The one of two texts that the reader understands."""
        return de if self.language == "de" else en


async def reading(
    request: Request,
    f: Annotated[Literal["json", "html"] | None, Query(description="instead of Accept")] = None,
    lang: Annotated[
        Literal["de", "en"] | None, Query(description="instead of Accept-Language")
    ] = None,
) -> Reader:
    """Accept and Accept-Language choose; `f` and `lang` win."""
    asked = request.headers
    html = f == "html" if f else "text/html" in asked.get("accept", "")
    return Reader(html, lang or preferred(asked.get("accept-language", "")))


def page(template: str, reader: Reader | None = None, /, **given: Any) -> HTMLResponse:
    """A page made from `template`; without a reader it is one that speaks both languages."""
    given = {"say": reader.say, "lang": reader.language} | given if reader else given
    text = templates.get_template(template).render(**given)
    headers = reader.headers if reader else {}
    return HTMLResponse(text, headers={"Content-Security-Policy": POLICY} | headers)


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
