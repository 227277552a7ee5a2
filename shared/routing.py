"""Routes of a slice: none can be written down without its act."""

import inspect
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import Match
from starlette.types import Scope

from shared import idempotency
from shared.access import admit
from shared.authority import PAGE, Act
from shared.conditional import tag_of, unchanged
from shared.problems import UnknownParameter, known_refusals

Route = TypeVar("Route", bound=Callable[..., Any])
# For an operation that also shows a page to whoever prefers one: `responses=ALSO_A_PAGE`.
ALSO_A_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}
PROBLEM: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A refusal (RFC 9457)",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
}
PROBLEM_SCHEMA = {
    "title": "Problem",
    "description": "A refusal that says why and what to do instead (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "leads to a page that explains it"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "in the language that was asked for"},
        "who_may": {"type": "array", "items": {"type": "string"}, "description": "roles"},
        "unit": {"type": "string", "description": "whose matter it is"},
        "alternative": {"type": "string", "description": "the act that is open instead"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


class Paths(APIRouter):
    """Addresses below one prefix, looked through only for an address that has it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether one of them is meant; FastAPI asks every router of a service for each request."""
        if self.prefix not in scope["path"]:
            return Match.NONE, {}
        return super().matches(scope)


class SliceRouter:
    """The addresses of one slice; each declares its act and is opened by a token for it alone."""

    def __init__(self, name: str, *, tag: str | None = None) -> None:
        self.routes = Paths(prefix=f"/{name}" if name else "", tags=[tag or name])

    def get(self, path: str, *, act: str, **more: Any) -> Callable[[Route], Route]:
        """Show something."""
        return self._route("GET", path, act, more)

    def post(self, path: str, *, act: str, **more: Any) -> Callable[[Route], Route]:
        """Record something new; 201 unless told otherwise."""
        return self._route("POST", path, act, {"status_code": 201} | more)

    def patch(self, path: str, *, act: str, **more: Any) -> Callable[[Route], Route]:
        """Change one's own record; the route asks for If-Match."""
        return self._route("PATCH", path, act, more)

    def _route(
        self, method: str, path: str, act_id: str, more: dict[str, Any]
    ) -> Callable[[Route], Route]:
        act, answers = PAGE[act_id], more.pop("responses", {})
        most_bytes, seconds = more.pop("most_bytes", None), more.pop("seconds", None)

        def declare(endpoint: Route) -> Route:
            self.routes.add_api_route(
                path,
                careful(endpoint, method, more.get("status_code", 200)),
                methods=[method],
                dependencies=[Depends(admit(act)), Depends(only_known_parameters)],
                openapi_extra=declared(act, most_bytes, seconds),
                responses=PROBLEM | answers,
                **more,
            )
            return endpoint

        return declare


def declared(act: Act, most_bytes: int | None, seconds: float | None) -> dict[str, Any]:
    """What the contract says of an operation: its act, and what it takes if that is not usual."""
    limits = {"x-most-bytes": most_bytes, "x-seconds": seconds}
    said = {name: value for name, value in limits.items() if value is not None}
    return {"x-act": act.id, "x-act-class": act.act_class.value} | said


def careful(endpoint: Callable[..., Any], method: str, status: int) -> Callable[..., Any]:
    """The endpoint with what every one has: ETags on what is shown, keys on what is sent."""
    signature = inspect.signature(endpoint)
    # FastAPI hands out a request and a response once each, under one name.
    names = {p.annotation: name for name, p in signature.parameters.items()}
    the_request, the_response = names.get(Request, "request"), names.get(Response, "response")
    missing = {the_request: Request, the_response: Response}.items() - {
        (name, p.annotation) for name, p in signature.parameters.items()
    }

    @wraps(endpoint)
    async def with_care(**given: Any) -> Any:
        request, response = given[the_request], given[the_response]
        for name, _ in missing:
            del given[name]
        attempt = None
        if method == "POST" and "session" in given:
            attempt = await idempotency.attempt(request, request.state.caller)
            if attempt and (former := await attempt.former(given["session"])):
                return former
        view = await endpoint(**given)
        if not isinstance(view, BaseModel):
            return view
        if attempt:
            await attempt.keep(given["session"], status, view.model_dump_json())
        tag = tag_of(view)
        if method == "GET" and unchanged(tag, request.headers.get("if-none-match")):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        response.headers["ETag"] = tag
        return view

    # FastAPI reads a function's signature from there.
    with_care.__signature__ = with_more(signature, dict(missing))  # type: ignore[attr-defined]
    return with_care


def with_more(signature: inspect.Signature, more: dict[str, type]) -> inspect.Signature:
    """A signature of keywords only, with `more` parameters by name and kind."""
    given = [p.replace(kind=p.KEYWORD_ONLY) for p in signature.parameters.values()]
    extra = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind)
        for name, kind in more.items()
    ]
    return signature.replace(parameters=[*given, *extra])


async def only_known_parameters(request: Request) -> None:
    """A query parameter that nobody reads is a mistake of the caller, who wants to know."""
    if not request.url.query:
        return
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = parameters_of(route.dependant)
    if unknown := sorted(set(request.query_params) - known):
        raise UnknownParameter(
            names=", ".join(name[:40] for name in unknown), allowed=sorted(known)
        )


def parameters_of(dependant: Dependant) -> set[str]:
    """The query parameters that a route and its dependencies read."""
    return {field.alias for field in dependant.query_params}.union(
        *map(parameters_of, dependant.dependencies)
    )


def contract(app: FastAPI, package: str) -> dict[str, Any]:
    """The OpenAPI document of `app`; an operation without an act cannot be exported.

    `package` is where the part's own refusals are written, beside those that all parts share.
    """
    document = app.openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if operation.get("x-act") not in PAGE:
                raise LookupError(f"{method.upper()} {path} declares no act of the page")
            operation["responses"].pop("422", None)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for framework in ("HTTPValidationError", "ValidationError"):
        schemas.pop(framework, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    document["x-problems"] = {
        refusal.slug(): {
            "status": refusal.status.value,
            "de": refusal.de,
            "en": refusal.en,
            "meaning": (refusal.__doc__ or "").strip(),
        }
        for refusal in sorted(known_refusals(), key=lambda refusal: refusal.slug())
        if refusal.__module__.startswith(("shared.", f"{package}."))
    }
    return document
