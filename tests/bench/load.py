"""A bounded load from one process: so many connections, so many seconds, then figures."""

import asyncio
import json
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import aiohttp

OK = 200
WRK = shutil.which("wrk")
REPORT = Path(__file__).with_name("report.lua")
NO_WRK = (
    "wrk is not installed (Debian: wrk); a slower load generator in Python stands in, and what it"
    " measures of the fastest answers is its own speed."
)


@dataclass(frozen=True)
class Target:
    """An address to ask, again and again."""

    name: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """What one round measured: answers a second, and times in milliseconds."""

    rate: float
    p50: float
    p95: float


class Measured(dict[str, list[Figures]]):
    """The figures of each target, round by round."""

    def of(self, target: str, figure: str) -> float:
        """The median of a figure over the rounds."""
        return float(median(getattr(each, figure) for each in self[target]))

    def share(self, target: str, of: str) -> float:
        """The ratio of two rates, as the median of the rounds: both met the same moment."""
        pairs = zip(self[target], self[of], strict=True)
        return float(median(mine.rate / theirs.rate for mine, theirs in pairs))


def side_by_side(
    targets: Sequence[Target], *, connections: int, seconds: float, rounds: int
) -> Measured:
    """Each target in turn, round by round, so that a slow moment of the machine meets all."""
    measured = Measured({target.name: [] for target in targets})
    for _ in range(rounds):
        for target in targets:
            one_round = by_wrk if WRK else by_python
            measured[target.name].append(one_round(target, connections, seconds))
    return measured


def by_wrk(target: Target, connections: int, seconds: float) -> Figures:
    """Ask `target` over so many connections for so long, with one thread."""
    assert WRK
    fields = [part for name, value in target.headers.items() for part in ("-H", f"{name}: {value}")]
    for lasting in ("1", f"{seconds:.0f}"):  # warm, then measured
        command = [
            WRK,
            "-t1",
            f"-c{connections}",
            f"-d{lasting}s",
            "--timeout=10s",
            "-s",
            str(REPORT),
            *fields,
        ]
        done = subprocess.run([*command, target.url], capture_output=True, text=True, check=True)
    found = json.loads(done.stderr.splitlines()[-1])
    assert found["requests"] > 0, (target, done.stdout)
    assert found["failed"] == 0, (target, found, done.stdout)
    return Figures(found["requests"] / found["microseconds"] * 1e6, found["p50"], found["p95"])


def by_python(target: Target, connections: int, seconds: float) -> Figures:
    """The same where wrk is missing."""
    return asyncio.run(_one_round(target, connections, seconds))


async def _one_round(target: Target, connections: int, seconds: float) -> Figures:
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
