"""WoFIS: land for housing. The format is ours; no public description of WoFIS's exists."""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.datahub.senate.connectors.own_format import Located, Spot
from services.datahub.senate.connectors.protocol import Source
from services.datahub.senate.model import SMALLEST_SITE, WOFIS_UNIT, WofisSite
from shared.wire import Line

SOURCE = Source(
    "wofis",
    WOFIS_UNIT,
    "WoFIS: Wohnbauflächen-Informationssystem",
    "housing sites from 50 dwellings; restricted",
    WofisSite,
)


class HousingSite(Located):
    """Land for at least 50 dwellings."""

    name: Line
    dwellings: Annotated[int, Field(ge=SMALLEST_SITE, le=100_000)]
    horizon: Literal["short", "medium", "long"]
    point: Spot

    def says(self) -> dict[str, Any]:
        """The columns that are kept."""
        return super().says() | {"point": self.point.stored()}
