"""Teaches an app to answer refusals: its own, the framework's and the database's."""

import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException

from shared.problems import (
    Away,
    Contradiction,
    Fault,
    Malformed,
    MethodNotAllowed,
    NotFound,
    Refused,
    Unreadable,
    preferred,
)
from shared.wording import worded

log = structlog.get_logger()

# SQLSTATE classes and codes; see PostgreSQL, appendix A.
CONSTRAINT_VIOLATED = "23"
UNAVAILABLE = ("08", "53", "57", "55P03", "40001", "40P01", "25P03")
FRAMEWORKS = {404: NotFound, 405: MethodNotAllowed, 400: Unreadable}


def refusal_of(error: DBAPIError | psycopg.Error) -> Refused | None:
    """What the database's complaint means to the caller; None where it is a bug of ours."""
    told = error.orig if isinstance(error, DBAPIError) else error
    state = str(getattr(told, "sqlstate", None) or "")
    if state.startswith(CONSTRAINT_VIOLATED):
        return Contradiction()
    broken = isinstance(error, DBAPIError) and error.connection_invalidated
    if broken or isinstance(error, InterfaceError) or not state:
        return Away()
    return Away() if state.startswith(UNAVAILABLE) else None


def explain_refusals(app: FastAPI) -> None:
    """Teach `app` to answer every refusal as a problem document (RFC 9457)."""

    def language(request: Request) -> str:
        return request.headers.get("accept-language", "")

    @app.exception_handler(Refused)
    async def refuse(request: Request, refused: Refused) -> JSONResponse:
        answer = refused.answer(language(request))
        # For the gateway's journal of refusals; it never leaves the house.
        answer.headers["x-refusal"] = refused.slug()
        return answer

    @app.exception_handler(RequestValidationError)
    async def reject(request: Request, error: RequestValidationError) -> JSONResponse:
        asked = language(request)
        return Malformed(errors=worded(error.errors(), preferred(asked))).answer(asked)

    @app.exception_handler(HTTPException)
    async def overlook(request: Request, error: HTTPException) -> JSONResponse:
        return FRAMEWORKS.get(error.status_code, NotFound)().answer(language(request))

    @app.exception_handler(psycopg.Error)
    @app.exception_handler(DBAPIError)
    async def contradict(request: Request, error: DBAPIError | psycopg.Error) -> JSONResponse:
        refused = refusal_of(error)
        if refused is None:
            raise error
        if isinstance(refused, Away):
            told = error.orig if isinstance(error, DBAPIError) else error
            log.warning("the database does not answer", reason=type(told).__name__)
        return refused.answer(language(request))

    @app.exception_handler(PoolExhausted)
    async def wait(request: Request, _: PoolExhausted) -> JSONResponse:
        return Away().answer(language(request))

    @app.exception_handler(Exception)
    async def confess(request: Request, _: Exception) -> JSONResponse:
        return Fault().answer(language(request))
