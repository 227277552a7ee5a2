"""Revocations as they are stored: which token, or whose tokens so far, no longer hold."""

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from gateway.database import Row


class Revocation(Row, table=True):
    """A unit's word that one token, or all tokens of a person so far, no longer hold (Sperre)."""

    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(token, subject) = 1 AND (subject IS NULL) = (issuer IS NULL)",
            name="one_thing",
        ),
        CheckConstraint("reason <> ''", name="reason_given"),
        Index("ix_revocation_created_at", "created_at"),
    )

    token: str | None = Field(default=None, sa_type=Text, description="its claim jti")
    subject: str | None = Field(default=None, index=True, sa_type=Text)
    issuer: str | None = Field(default=None, sa_type=Text)
    reason: str = Field(sa_type=Text)
