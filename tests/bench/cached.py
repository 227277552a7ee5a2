"""Public answers from the gateway's cache, beside nginx that serves the same bytes from its own."""

from contextlib import ExitStack

import httpx
from rich.table import Table

from tests.bench.load import Measured, Target, side_by_side
from tests.bench.serving import a_gateway, nginx_before
from tests.journeys.started import Started

SECONDS, ROUNDS = 2.0, 3
OURS, OTHER = "gateway", "nginx"
# Each is the name of a header field that tells what a cache did.
TOLD = {OURS: "cache-status", OTHER: "x-kept"}
UNITS = "/registry/v1/units?limit="
ABOUT = 2048


def about_2_kb(gateway: str) -> str:
    """The page of units that comes next to 2 KB."""
    sizes = {
        limit: len(httpx.get(f"{gateway}{UNITS}{limit}", trust_env=False).content)
        for limit in range(1, 16)
    }
    return f"{UNITS}{min(sizes, key=lambda limit: abs(sizes[limit] - ABOUT))}"


def must_be_kept(target: Target) -> bytes:
    """The bytes of an answer that came from the target's cache."""
    for _ in range(2):
        answer = httpx.get(target.url, trust_env=False).raise_for_status()
    told = answer.headers.get(TOLD[target.name], "")
    assert "hit" in told.lower(), f"{target.name} did not answer from its cache: {told!r}"
    return answer.content


def cached(started: Started) -> Table:
    """Rates over 32 connections and over one, with the ratio, for 2 KB and a page of 50 units."""
    table = Table(
        *("from the cache", "bytes", "conn.", "at", "per s", "gateway/nginx"),
        *("per s of its core", "gateway/nginx", "p50 ms"),
        caption="One process each; nginx stands before the same gateway and serves its bytes.",
    )
    with ExitStack() as stack:
        gateway = stack.enter_context(a_gateway(started))
        nginx = stack.enter_context(nginx_before(gateway.address, cached=True))
        short = about_2_kb(gateway.address)
        for name, path in {"a short page": short, "50 units": f"{UNITS}50"}.items():
            targets = [
                Target(OURS, gateway.address + path, processes=gateway.processes),
                Target(OTHER, nginx.address + path, processes=nginx.processes),
            ]
            for connections in (1, 32):
                ours, other = map(must_be_kept, targets)
                assert ours == other
                measured = side_by_side(
                    targets, connections=connections, seconds=SECONDS, rounds=ROUNDS
                )
                assert [must_be_kept(target) for target in targets] == [ours, ours]
                for target in targets:
                    row = [name, str(len(ours)), str(connections), target.name]
                    table.add_row(*row, *_figures(measured, target.name))
    return table


def _figures(measured: Measured, name: str) -> list[str]:
    shown = []
    for figure in ("rate", "core"):
        share = f"{measured.share(OURS, OTHER, figure):.0%}" if name == OURS else ""
        shown += [f"{measured.of(name, figure):.0f}", share]
    return [*shown, f"{measured.of(name, 'p50'):.2f}"]
