"""A bounded load from one process: so many connections, so many seconds, then figures."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median, quantiles

import aiohttp

OK = 200


@dataclass(frozen=True)
class Target:
    """An address to ask, again and again."""

    name: str
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Figures:
    """What one round measured: answers a second, and times in milliseconds."""

    rate: float
    p50: float
    p95: float


async def one_round(target: Target, connections: int, seconds: float) -> Figures:
    """Ask `target` over so many connections for so long."""
    times: list[float] = []
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector, headers=target.headers) as session:
        await _ask(session, target, times, time.perf_counter() + 0.3)  # warm
        times.clear()
        started = time.perf_counter()
        await asyncio.gather(
            *(_ask(session, target, times, started + seconds) for _ in range(connections))
        )
        lasted = time.perf_counter() - started
    return Figures(len(times) / lasted, 1000 * median(times), 1000 * quantiles(times, n=20)[-1])


async def _ask(
    session: aiohttp.ClientSession, target: Target, times: list[float], until: float
) -> None:
    while (started := time.perf_counter()) < until:
        async with session.get(target.url) as answer:
            body = await answer.read()
            assert answer.status == OK, body[:300]
        times.append(time.perf_counter() - started)


def side_by_side(
    targets: list[Target], *, connections: int, seconds: float, rounds: int
) -> dict[str, list[Figures]]:
    """Each target in turn, round by round, so that a slow moment of the machine meets all."""
    measured: dict[str, list[Figures]] = {target.name: [] for target in targets}
    for _ in range(rounds):
        for target in targets:
            figures = asyncio.run(one_round(target, connections, seconds))
            measured[target.name].append(figures)
    return measured
