"""PRISMA: indicators per LOR area. The format is ours; no public description of PRISMA's exists."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from services.datahub.senate.connectors.own_format import Located
from services.datahub.senate.connectors.protocol import Source
from services.datahub.senate.model import PRISMA_UNIT, WITHOUT_VALUE, PrismaValue
from services.datahub.senate.schema import ObsStatus

SOURCE = Source(
    "prisma",
    PRISMA_UNIT,
    "PRISMA: Planungsraumbezogenes Informationssystem für Monitoring und Analyse",
    "indicator values per LOR area",
    PrismaValue,
)

Period = Annotated[
    str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-[0-3]\d)?|-[SQ][1-4])?$")
]


class IndicatorValue(Located):
    """An indicator's value for one area and period."""

    indicator: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,60}$")]
    period: Period
    value: Annotated[float | None, Field(strict=True)]
    status: ObsStatus

    @model_validator(mode="after")
    def has_a_value_or_says_why_not(self) -> Self:
        """Secret, not collected, missing and zero are four different things."""
        if (self.value is None) != (self.status in WITHOUT_VALUE):
            raise ValueError("value and status contradict each other")
        return self
