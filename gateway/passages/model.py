"""Passages as they are stored: which hat was let pass to change something, and what came of it."""

from sqlalchemy import SmallInteger, Text
from sqlmodel import Field

from gateway.database import Row


class Passage(Row, table=True):
    """The gateway's word that it let a hat pass to an act, written before the act is done."""

    request_id: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    acting: str = Field(index=True, sa_type=Text, description="the unit whose hat passed")
    act: str = Field(index=True, sa_type=Text)
    act_class: str = Field(sa_type=Text)
    outcome: int | None = Field(
        default=None, sa_type=SmallInteger, description="the answer's status; empty is unknown"
    )
