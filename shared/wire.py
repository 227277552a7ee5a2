"""What every draft sent to us and every view shown has in common."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from shared.rows import Visibility

# Controls, lone surrogates and characters that reverse the reading direction hide what is said.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
BREAKS = re.compile(r"[\t\n]")


def printable(text: str) -> str:
    """Text in Unicode's composed form, without characters that cannot be seen."""
    if UNPRINTABLE.search(text):
        raise ValueError(
            "Der Text enthält unsichtbare Steuerzeichen. | The text has control characters."
        )
    return unicodedata.normalize("NFC", text)


def unbroken(text: str) -> str:
    """A text of one line."""
    if BREAKS.search(text):
        raise ValueError("Hier geht nur eine Zeile. | One line only.")
    return text


WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")


def written(value: Any) -> Any:
    """A day or an instant as RFC 3339 writes it; a mere number would be taken for seconds."""
    if isinstance(value, date) or (isinstance(value, str) and WRITTEN.match(value)):
        return value
    raise ValueError("Bitte als 2026-01-31 schreiben. | Please write it as 2026-01-31.")


Day = Annotated[date, BeforeValidator(written)]
Instant = Annotated[AwareDatetime, BeforeValidator(written)]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=10_000), AfterValidator(printable)
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(printable),
    AfterValidator(unbroken),
]
UnitCode = Annotated[
    str,
    StringConstraints(pattern=r"^(\d\d|be)\.[a-z0-9_]{2,60}$"),
    Field(examples=["06.jugendamt"]),
]
AreaKey = Annotated[
    str,
    StringConstraints(pattern=r"^(\d{2}|\d{4}|\d{6}|\d{8})$"),
    Field(description="LOR key, text with its leading zero", examples=["062004"]),
]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,60}$")]


class Draft(BaseModel):
    """What is sent to us: known fields only, so nobody slips a unit in."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Revision(Draft):
    """What is to be different in a record; what is left out stays, only `clearable` is emptied."""

    clearable: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="after")
    def changes_something(self) -> Self:
        """Something is to be different, and nothing needed is emptied."""
        changes = self.changes()
        if not changes:
            raise ValueError("Bitte sagen, was anders werden soll. | Please say what to change.")
        for name in changes.keys() - self.clearable:
            if changes[name] is None:
                raise ValueError(f"{name} darf nicht leer sein. | {name} must not be empty.")
        return self

    def changes(self) -> dict[str, Any]:
        """The fields that were named, by name."""
        return self.model_dump(exclude_unset=True)


class View(BaseModel):
    """What is shown of a record; every field is always present."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    unit: str
    visibility: Visibility
    created_at: datetime
    modified_at: datetime
