"""Why a Senate system could not be read: each reason with its name, in German and English."""

from collections.abc import Mapping
from typing import ClassVar


class Trouble(Exception):
    """Why a partner could not be read; nothing of the page in question was kept."""

    code: ClassVar[str]
    de: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, detail: str = "") -> None:
        super().__init__(self.en + (f" ({detail})" if detail else ""))
        self.detail = detail


class NoAddress(Trouble):
    """Nobody has said where the partner is."""

    code = "no_address"
    de = "Für dieses System des Senats ist keine Adresse gesetzt (DATAHUB_PARTNERS)."
    en = "No address is set for this Senate system (DATAHUB_PARTNERS)."


class Unreachable(Trouble):
    """No answer, not even an error."""

    code = "unreachable"
    de = "Das System des Senats antwortet nicht oder zu langsam."
    en = "The Senate's system does not answer, or too slowly."


class Failing(Trouble):
    """The partner itself says that it fails."""

    code = "failing"
    de = "Das System des Senats meldet einen Fehler."
    en = "The Senate's system reports an error."


class TokenRefused(Trouble):
    """The partner does not know us."""

    code = "token_refused"
    de = "Das System des Senats lehnt das Zugangstoken ab (DATAHUB_PARTNER_TOKEN prüfen)."
    en = "The Senate's system refuses the access token (check DATAHUB_PARTNER_TOKEN)."


class NotData(Trouble):
    """Something else than data came with status 200, most often a web page."""

    code = "not_data"
    de = "Statt Daten kam etwas anderes, meist eine Wartungs- oder Anmeldeseite."
    en = "Something else came instead of data, most often a maintenance or sign-in page."


class Malformed(Trouble):
    """Data came, but not as agreed; nobody guesses what was meant."""

    code = "malformed"
    de = "Die Daten haben nicht die vereinbarte Form."
    en = "The data do not have the agreed form."


class CursorRefused(Trouble):
    """The partner does not go on from where we were."""

    code = "cursor_refused"
    de = "Das System des Senats setzt nicht dort fort, wo zuletzt gelesen wurde."
    en = "The Senate's system does not go on from where it was read last."


class CutOff(Trouble):
    """The run ended in the middle, and another one goes on from there."""

    code = "cut_off"
    de = "Der Lauf wurde unterbrochen; ein späterer hat ihn fortgesetzt."
    en = "The run was cut off; a later one goes on from there."


TROUBLES: Mapping[str, type[Trouble]] = {each.code: each for each in Trouble.__subclasses__()}
