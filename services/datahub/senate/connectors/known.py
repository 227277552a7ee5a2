"""The Senate systems that are known, and the way to each; a new one is entered here alone."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx

from services.datahub.senate.connectors import prisma, sofis, wofis
from services.datahub.senate.connectors.nowhere import Nowhere
from services.datahub.senate.connectors.own_format import Located, OwnFormat
from services.datahub.senate.connectors.partner import PAUSES, TIMEOUT, Partner
from services.datahub.senate.connectors.protocol import Connector, Source

RECORDS: Mapping[str, tuple[Source, type[Located]]] = {
    each.name: (each, record)
    for each, record in (
        (prisma.SOURCE, prisma.IndicatorValue),
        (wofis.SOURCE, wofis.HousingSite),
        (sofis.SOURCE, sofis.InfrastructureSite),
    )
}
SOURCES: Mapping[str, Source] = {name: source for name, (source, _) in RECORDS.items()}


@asynccontextmanager
async def connected(
    name: str,
    address: str | None,
    token: str,
    *,
    pauses: Sequence[float] = PAUSES,
    patience: httpx.Timeout = TIMEOUT,
) -> AsyncIterator[Connector]:
    """The connector to the system `name` at `address`, for as long as it is needed."""
    source, record = RECORDS[name]
    if address is None:
        yield Nowhere(source)
        return
    client = httpx.AsyncClient(
        base_url=f"{address.rstrip('/')}/",
        headers={"authorization": f"Bearer {token}", "accept": "application/json"},
        timeout=patience,
    )
    async with client:
        yield OwnFormat(source, record, Partner(client, pauses))
