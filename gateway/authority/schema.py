"""The page and its cells as the API shows them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.authority import ActClass, Relation, Role

Outcome = Literal["permit", "if", "refuse"]
Class = Annotated[ActClass, Field(serialization_alias="class")]


class ActView(BaseModel):
    """One act: what one does with it, and a cell for each hat."""

    model_config = ConfigDict(serialize_by_alias=True)

    act: str
    de: Annotated[str, Field(description="what one does with it, in German")]
    en: Annotated[str, Field(description="what one does with it, in English")]
    act_class: Class
    service: str
    relations: Annotated[list[Relation], Field(description="what has to hold, for every hat")]
    regional: Annotated[
        bool, Field(description="a neighbourhood coordination does it in its own regions alone")
    ]
    by_job: Annotated[bool, Field(description="done by a worker; it has no address")]
    alternative: str | None
    hats: dict[Role, Outcome]


class ConditionView(BaseModel):
    """What has to hold between the hat and the record; the service proves it."""

    relation: Relation
    sentence: str


class InsteadView(BaseModel):
    """An act that is open to the hat."""

    act: str
    doing: str


class ExplanationView(BaseModel):
    """What the page says about one hat and one act, and why."""

    model_config = ConfigDict(serialize_by_alias=True)

    hat: str
    act: str
    doing: str
    act_class: Class
    service: str
    outcome: Outcome
    reason: Annotated[
        Literal["role", "no unit"] | None, Field(description="why it is refused, if it is")
    ]
    sentence: str
    conditions: list[ConditionView]
    who_may: list[Role]
    alternative: InsteadView | None
