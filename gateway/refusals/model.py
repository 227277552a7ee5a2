"""Refusals as they are stored: who wanted what, and which rule refused; nothing of the matter."""

from sqlalchemy import Text
from sqlmodel import Field

from gateway.database import Row


class Refusal(Row, table=True):
    """The gateway's word that it, or a service behind it, refused an act to a hat."""

    request_id: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    asking: str = Field(index=True, sa_type=Text, description="the unit whose hat was refused")
    act: str = Field(index=True, sa_type=Text)
    act_class: str = Field(sa_type=Text)
    rule: str = Field(sa_type=Text)
