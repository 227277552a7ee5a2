"""Strong ETags on records, and changes that say which state they change (RFC 9110, 13)."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header
from pydantic import BaseModel

from shared.problems import Stale, TagMissing


def tag_of(view: BaseModel) -> str:
    """The strong ETag of a view: another word shown, another tag."""
    return f'"{sha256(view.model_dump_json().encode()).hexdigest()[:32]}"'


@dataclass(frozen=True, slots=True)
class Match:
    """The state that a caller means to change."""

    tags: str | None

    def must_be(self, view: BaseModel) -> None:
        """Go on if the record still stands as the caller saw it.

        `*` is refused: it would change whatever somebody else has just written.
        """
        if not self.tags or self.tags.strip() == "*":
            raise TagMissing
        if tag_of(view) not in [tag.strip() for tag in self.tags.split(",")]:
            raise Stale


async def asked_match(
    if_match: Annotated[
        str | None, Header(description="the ETag of the record that is to be changed")
    ] = None,
) -> Match:
    """What If-Match says."""
    return Match(if_match)


IfMatch = Annotated[Match, Depends(asked_match)]


def unchanged(tag: str, if_none_match: str | None) -> bool:
    """Whether the caller has this state already; here weak comparison is right."""
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    return tag in known or "*" in known
