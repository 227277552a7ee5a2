"""The way to a system whose address nobody has set: it leads nowhere, and says so."""

from dataclasses import dataclass
from datetime import datetime

from services.datahub.senate.connectors.protocol import Batch, Source, State
from services.datahub.senate.connectors.trouble import NoAddress


@dataclass(frozen=True, slots=True)
class Nowhere:
    """A connector without a partner; who asks for a run is told, and does not wait for ever."""

    source: Source

    async def state(self, known_tag: str | None) -> State | None:
        """There is nobody to ask."""
        raise NoAddress(self.source.name)

    async def changes(self, since: datetime | None, cursor: str | None) -> Batch:
        """There is nobody to ask."""
        raise NoAddress(self.source.name)
