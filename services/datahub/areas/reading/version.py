"""Tells the LOR version of a file from its name, its dates and its keys; it never guesses."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from services.datahub.areas.model import LorVersion
from services.datahub.areas.reading.piece import Piece, Unusable
from services.datahub.areas.rules import VALID

OLD = re.compile(r"(until|bis|pre|vor)[-_ ]?202[01]|(?<!\d)(2006|2019)(?!\d)", re.IGNORECASE)
NEW = re.compile(r"(?<!\d)2021(?!\d)")
LENGTH_WITH_FORECAST_AREA = 4


def by_file_name(name: str) -> Iterator[LorVersion]:
    """What the name says; `until-2020` is looked for before a bare year."""
    if OLD.search(name):
        yield LorVersion.BEFORE_2021
    elif NEW.search(name):
        yield LorVersion.SINCE_2021


def by_date(day: date) -> LorVersion:
    """The version that was in force on the day as of which a file speaks."""
    start, _ = VALID[LorVersion.SINCE_2021]
    return LorVersion.SINCE_2021 if day >= start else LorVersion.BEFORE_2021


def by_keys(keys: Iterable[str]) -> Iterator[LorVersion]:
    """What the keys say: since 2021 all Prognoseräume are numbered 10, 20, 30 …

    Before, only Reinickendorf (12) had such numbers; its keys alone prove nothing.
    """
    long = [key for key in keys if len(key) >= LENGTH_WITH_FORECAST_AREA]
    if any(key[3] != "0" for key in long):
        yield LorVersion.BEFORE_2021
    elif any(not key.startswith("12") for key in long):
        yield LorVersion.SINCE_2021


def recognised(file: str, pieces: Iterable[Piece], stated: LorVersion | None = None) -> LorVersion:
    """The version of a file's areas, on which everything that speaks of it agrees."""
    pieces = list(pieces)
    spoken = set(by_keys(piece.key for piece in pieces))
    spoken |= {by_date(piece.stated_on) for piece in pieces if piece.stated_on}
    spoken |= {stated} if stated else set(by_file_name(file))
    if len(spoken) > 1:
        raise Unusable(
            "Die LOR-Version ist widersprüchlich: Dateiname, Stand, Schlüssel oder --version "
            f"sprechen für {' und '.join(sorted(spoken))}."
        )
    if not spoken:
        raise Unusable(
            "Die LOR-Version ist nicht zu erkennen. Bitte mit --version angeben (2006 oder 2021)."
        )
    return spoken.pop()
