"""What one decision costs, one token, and the whole admission of somebody who is signed in."""

import asyncio
import time
import timeit
from collections.abc import Awaitable, Callable, Sequence
from statistics import median
from typing import Any

import httpx
from rich.table import Table
from sqlalchemy.ext.asyncio import async_sessionmaker

from deploy.local.issuer import ISSUER, access_token, new_key
from gateway.admission import Admissions
from gateway.contracts import Contracts, committed
from gateway.entrance.knock import Knock
from gateway.people.contributing import Contributors
from gateway.people.identity import People
from gateway.people.issuers import Issuer as Believed
from gateway.people.revoked import Revocations
from shared.authority import PAGE, Hat, Role, decide
from tests.house import Issuer

HAT, ACT = Hat(Role.LEAD, "06.sga"), PAGE["answer.publish"]
TIMES = 300
Asked = Callable[[Any], Awaitable[Any]]


async def each(ask: Asked, of: Sequence[Any]) -> float:
    """Microseconds for one, as the median."""
    taken = []
    for one in of:
        started = time.perf_counter()
        await ask(one)
        taken.append(time.perf_counter() - started)
    return 1e6 * median(taken)


async def signing_in() -> dict[str, float]:
    """Tokens at the gateway's own door, with the provider's keys already fetched."""
    private, public = new_key()
    tokens = [access_token(private, f"s{n}", HAT) for n in range(TIMES)]
    async with httpx.AsyncClient(transport=Issuer(public)) as client:
        issuers = [Believed(url=ISSUER)]
        revocations = Revocations(async_sessionmaker(), issuers)
        revocations.take([])
        people = People(issuers, client, revocations)
        admissions = Admissions(Contracts(committed()), people, Contributors(b"no importance"))
        await people.person(access_token(private, "s", HAT))
        found = {
            "a token, the first time": await each(people.person, tokens),
            "a token, again": await each(people.person, tokens * 20),
        }
        known = [knock(token) for token in tokens]
        found["an admission, signed in"] = await each(admissions.of, known * 20)
        found["an admission, the public"] = await each(admissions.of, [knock("")] * 20 * TIMES)
    return found


def knock(token: str) -> Knock:
    """A read of the units."""
    fields = [(b"host", b"localhost"), (b"accept", b"application/json")]
    if token:
        fields.append((b"authorization", f"Bearer {token}".encode()))
    return Knock("GET", "/registry/v1/units", b"", tuple(fields))


def decisions() -> Table:
    """In microseconds."""
    often = 100_000
    decided = timeit.timeit(lambda: decide(HAT, ACT), number=often) / often * 1e6
    table = Table("in the gateway", "µs")
    for name, cost in {"a decision": decided, **asyncio.run(signing_in())}.items():
        table.add_row(name, f"{cost:.2f}")
    return table
