"""A proxy as usually written with FastAPI and httpx; it decides nothing and checks nothing."""

import os
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, Request
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

app = FastAPI()
client = httpx.AsyncClient(base_url=os.environ.get("BENCH_UPSTREAM", "http://127.0.0.1"))


async def shared_client() -> httpx.AsyncClient:
    """The one client of the process, with its pool."""
    return client


@app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def forward(
    path: str, request: Request, upstream: Annotated[httpx.AsyncClient, Depends(shared_client)]
) -> StreamingResponse:
    """Pass a request on, and stream the answer back."""
    outgoing = upstream.build_request(
        request.method,
        httpx.URL(path=f"/{path}", query=request.url.query.encode()),
        headers=request.headers.raw,
        content=request.stream(),
    )
    answer = await upstream.send(outgoing, stream=True)
    return StreamingResponse(
        answer.aiter_raw(),
        status_code=answer.status_code,
        headers=dict(answer.headers),
        background=BackgroundTask(answer.aclose),
    )
