"""What participation asks the data hub: in which planning area (LOR) a point lies."""

from typing import Literal, Self

import httpx
from pydantic import BaseModel

from services.participation.clients.away import answering, problem_of

LOR_VERSION = "2021"
ELSEWHERE = {"outside-berlin", "not-covered"}


class Area(BaseModel):
    """An area by its key."""

    key: str


class Located(BaseModel):
    """The part of the data hub's answer that is kept."""

    lor_version: str
    schematic: bool
    planning_area: Area | None
    district_region: Area | None
    forecast_area: Area | None
    district: Area


class Place(BaseModel):
    """Where a point lies, or that it lies outside of all areas."""

    outcome: Literal["located", "outside"]
    lor_version: str = LOR_VERSION
    planning_area: str | None = None
    region: str | None = None
    forecast_area: str | None = None
    district: str | None = None
    schematic: bool = False

    @classmethod
    def at(cls, found: Located) -> Self:
        """What is kept of an answer; a level is None where no area of it is loaded."""
        return cls(
            outcome="located",
            lor_version=found.lor_version,
            planning_area=found.planning_area and found.planning_area.key,
            region=found.district_region and found.district_region.key,
            forecast_area=found.forecast_area and found.forecast_area.key,
            district=found.district.key,
            schematic=found.schematic,
        )


class Datahub:
    """The data hub, reached through the gateway."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def locate(self, lon: float, lat: float) -> Place:
        """Where a point (CRS84) lies; raises PartAway where that cannot be said now."""
        wanted = {"lon": str(lon), "lat": str(lat), "version": LOR_VERSION}
        async with answering("datahub"):
            answer = await self._client.get("/datahub/v1/areas/locate", params=wanted)
            if problem_of(answer) in ELSEWHERE:
                return Place(outcome="outside")
            return Place.at(Located.model_validate(answer.raise_for_status().json()))
