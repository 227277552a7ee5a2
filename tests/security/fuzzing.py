"""Requests that Schemathesis makes up from the contract: what it allows, and what it forbids."""

import json
from functools import cache
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from gateway.contracts import Operation, documents, merged

BASE = "http://gateway"
ALLOWED, FORBIDDEN = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


@cache
def contract() -> Any:
    """The merged document as Schemathesis reads it."""
    return schemathesis.openapi.from_dict(merged(documents(), "1"))


def made_up(operation: Operation, mode: GenerationMode, most: int, **fixed: Any) -> list[Case[Any]]:
    """The same few requests in every run; none where nothing can be wrong."""
    found: list[Case[Any]] = []
    strategy = contract()[operation.template][operation.method].as_strategy(mode, **fixed)

    @settings(
        max_examples=most,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(case: Case[Any]) -> None:
        found.append(case)

    try:
        collect()
    except Unsatisfiable:
        return []
    return found


async def sent(client: httpx.AsyncClient, case: Case[Any]) -> httpx.Response:
    """What the client is answered to a made-up request."""
    told = case.as_transport_kwargs(base_url=BASE)
    body = told.get("data")
    if "json" in told:
        # With escapes, as a lone surrogate has no other way onto the wire.
        body = json.dumps(told["json"]).encode()
    headers = {
        name: value.encode("latin-1")
        for name, value in told["headers"].items()
        if name.lower() not in ("user-agent", "accept-encoding", "connection")
    }
    request = client.build_request(
        told["method"], told["url"], params=told.get("params"), content=body, headers=headers
    )
    return await client.send(request)
