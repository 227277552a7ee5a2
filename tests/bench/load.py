"""A bounded load from one process: so many connections, so many seconds, then figures."""

import asyncio
import json
import os
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
    # Those that answer, to see what it costs them.
    processes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Figures:
    """What one round measured: answers a second, and times in milliseconds.

    `core` is how many answers a second of one core gives: of whoever answers, and however many
    others use the machine at the same time.
    """

    rate: float
    p50: float
    p95: float
    core: float = 0.0


class Measured(dict[str, list[Figures]]):
    """The figures of each target, round by round."""

    def of(self, target: str, figure: str) -> float:
        """The median of a figure over the rounds."""
        return float(median(getattr(each, figure) for each in self[target]))

    def share(self, target: str, of: str, figure: str = "rate") -> float:
        """The ratio of two figures, as the median of the rounds: both met the same moment."""
        pairs = zip(self[target], self[of], strict=True)
        ratios = (getattr(mine, figure) / getattr(theirs, figure) for mine, theirs in pairs)
        return float(median(ratios))


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
    measuring = ["--timeout=10s", "-s", str(REPORT), *fields, target.url]
    for lasting in ("1", f"{seconds:.0f}"):  # warm, then measured
        command = [WRK, "-t1", f"-c{connections}", f"-d{lasting}s", *measuring]
        before = busy(target.processes)
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    taken = busy(target.processes) - before
    found = json.loads(done.stderr.splitlines()[-1])
    asked = found["requests"]
    assert asked > 0, (target, done.stdout)
    assert found["failed"] == 0, (target, found, done.stdout)
    core = asked / taken if taken else 0.0
    return Figures(asked / found["microseconds"] * 1e6, found["p50"], found["p95"], core)


def busy(processes: Sequence[int]) -> float:
    """The seconds that processes have worked so far (Linux, proc(5))."""
    ticks = 0
    for process in processes:
        after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def by_python(target: Target, connections: int, seconds: float) -> Figures:
    """The same where wrk is missing."""
    return asyncio.run(_one_round(target, connections, seconds))


async def _one_round(target: Target, connections: int, seconds: float) -> Figures:
    times: list[float] = []
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector, headers=target.headers) as session:
        await _ask(session, target, times, time.perf_counter() + 0.3)  # warm
        times.clear()
        before, started = busy(target.processes), time.perf_counter()
        await asyncio.gather(
            *(_ask(session, target, times, started + seconds) for _ in range(connections))
        )
        lasted = time.perf_counter() - started
    taken = busy(target.processes) - before
    core = len(times) / taken if taken else 0.0
    p50, p95 = 1000 * median(times), 1000 * quantiles(times, n=20)[-1]
    return Figures(len(times) / lasted, p50, p95, core)


async def _ask(
    session: aiohttp.ClientSession, target: Target, times: list[float], until: float
) -> None:
    while (started := time.perf_counter()) < until:
        async with session.get(target.url) as answer:
            body = await answer.read()
            assert answer.status == OK, body[:300]
        times.append(time.perf_counter() - started)
