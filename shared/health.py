"""Whether a process runs and can serve; outside the contract, for the house alone."""

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

router = APIRouter(include_in_schema=False)


@router.get("/health/live")
async def live() -> dict[str, str]:
    """Whether the process runs."""
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(request: Request) -> dict[str, str]:
    """Whether the database answers; if not, the refusal says 503."""
    async with request.app.state.sessions() as session:
        await session.execute(text("SELECT 1"))
    return {"status": "ok"}


@router.get("/metrics")
async def metrics() -> Response:
    """The figures of this process, for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def add_health(app: FastAPI) -> None:
    """Give `app` its health and its figures."""
    app.include_router(router)
