"""SoFIS: sites of social infrastructure. The format is ours; no public description exists."""

from typing import Annotated, Any

from pydantic import Field

from services.datahub.senate.connectors.own_format import Located, Spot
from services.datahub.senate.connectors.protocol import Source
from services.datahub.senate.model import SOFIS_UNIT, SofisSite
from shared.wire import Line, Slug

SOURCE = Source(
    "sofis",
    SOFIS_UNIT,
    "SoFIS: Soziale-Infrastruktur-Flächeninformationssystem",
    "sites of social infrastructure with capacity and need",
    SofisSite,
)

Places = Annotated[int, Field(ge=0, le=100_000)]


class InfrastructureSite(Located):
    """A site with what it offers and what is needed; None where nobody counted."""

    kind: Slug
    name: Line
    capacity: Places | None
    need: Places | None
    point: Spot

    def says(self) -> dict[str, Any]:
        """The columns that are kept."""
        return super().says() | {"point": self.point.stored()}
