"""What it costs to pass the gateway, beside nginx and beside a proxy as usually written."""

from contextlib import ExitStack
from uuid import uuid4

from rich.table import Table

from tests.bench.load import Measured, Target, side_by_side
from tests.bench.serving import NGINX, a_gateway, nginx_before, serving
from tests.journeys.started import Started

SECONDS, ROUNDS = 2.0, 3
PATH = f"/registry/v1/requests/{uuid4()}"
BARE, OURS, SIGNED_IN, PLAIN, OTHER = (
    "the upstream alone",
    "gateway, the public",
    "gateway, signed in",
    "FastAPI and httpx",
    "nginx",
)


def targets(started: Started, stack: ExitStack) -> list[Target]:
    """The same 2 KB, directly and through each proxy."""
    bare = stack.enter_context(serving("tests.bench.bare:app"))
    gateway = stack.enter_context(a_gateway(started, registry=bare.address))
    plain = stack.enter_context(serving("tests.bench.plain:app", BENCH_UPSTREAM=bare.address))
    lead = dict(started.as_("lead@06.sga").headers)["authorization"]
    found = [
        Target(BARE, bare.address + PATH, processes=bare.processes),
        Target(OURS, gateway.address + PATH, processes=gateway.processes),
        Target(SIGNED_IN, gateway.address + PATH, {"authorization": lead}, gateway.processes),
        Target(PLAIN, plain.address + PATH, processes=plain.processes),
    ]
    if NGINX:
        nginx = stack.enter_context(nginx_before(bare.address))
        found.append(Target(OTHER, nginx.address + PATH, processes=nginx.processes))
    return found


def forwarding(started: Started) -> Table:
    """Rates over 32 connections and times over one, with the ratios."""
    with ExitStack() as stack:
        asked = targets(started, stack)
        many = side_by_side(asked, connections=32, seconds=SECONDS, rounds=ROUNDS)
        one = side_by_side(asked, connections=1, seconds=SECONDS, rounds=ROUNDS)
    table = Table(
        *("2 KB, forwarded", "per s, 32 conn.", "of upstream", "times FastAPI, httpx"),
        *("per s of its core", "of upstream", "p50 ms, 1 conn.", "added"),
        caption="One process each, of uvicorn or of nginx, on a machine that they share.",
    )
    for target in asked:
        table.add_row(target.name, *_row(target.name, many, one))
    return table


def _row(name: str, many: Measured, one: Measured) -> list[str]:
    return [
        f"{many.of(name, 'rate'):.0f}",
        f"{many.share(name, BARE):.1%}",
        f"{many.share(name, PLAIN):.1f}",
        f"{many.of(name, 'core'):.0f}",
        f"{many.share(name, BARE, 'core'):.1%}",
        f"{one.of(name, 'p50'):.2f}",
        f"{one.of(name, 'p50') - one.of(BARE, 'p50'):.2f}",
    ]
