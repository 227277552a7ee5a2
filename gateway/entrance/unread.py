"""What is said to somebody whose request is not even read: it is broken, ambiguous or too much."""

from http import HTTPStatus
from typing import ClassVar

from shared.problems import Refused


class NotCanonical(Refused):
    """The request line or a header is ambiguous; we refuse it and do not guess."""

    status = HTTPStatus.BAD_REQUEST
    de = "Adresse oder Kopfzeilen sind nicht eindeutig."
    en = "The address or the header fields are ambiguous."


class OtherHost(Refused):
    """The Host is none of the names that this installation answers to."""

    status = HTTPStatus.MISDIRECTED_REQUEST
    de = "Unter diesem Namen gibt es hier nichts."
    en = "Nothing is served here under that name."


class Encoded(Refused):
    """A body that would have to be unpacked; small ones can become arbitrarily large."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    de = "Gepackte Inhalte (Content-Encoding) werden nicht angenommen."
    en = "Encoded content (Content-Encoding) is not taken."
    headers: ClassVar[dict[str, str]] = {"Accept-Encoding": "identity"}


class LineTooLong(Refused):
    """The request line is longer than any address here."""

    status = HTTPStatus.REQUEST_URI_TOO_LONG
    de = "Die Adresse ist zu lang."
    en = "The address is too long."


class TooManyFields(Refused):
    """The header, or what stands between the pieces of the body, is too large."""

    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    de = "Die Kopfzeilen sind zu viele oder zu groß."
    en = "The header fields are too many or too large."


class NotInTime(Refused):
    """The request did not come in the time that there is for one."""

    status = HTTPStatus.REQUEST_TIMEOUT
    de = "Die Anfrage kam nicht rechtzeitig an; es wurde nichts geändert."
    en = "The request did not arrive in time; nothing was changed."


class NotExpected(Refused):
    """Only 100-continue can be expected of us (RFC 9110, 10.1.1)."""

    status = HTTPStatus.EXPECTATION_FAILED
    de = "Diese Erwartung (Expect) erfüllen wir nicht."
    en = "That expectation (Expect) is not met here."


class OtherVersion(Refused):
    """The gateway speaks HTTP/1.1 and understands HTTP/1.0."""

    status = HTTPStatus.HTTP_VERSION_NOT_SUPPORTED
    de = "Hier wird HTTP/1.1 gesprochen."
    en = "HTTP/1.1 is spoken here."


class Crowded(Refused):
    """There are as many connections as there is room for, and all of them are at work."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    de = "Gerade sind zu viele Verbindungen offen; bitte gleich noch einmal."
    en = "There are too many connections at present; please try again shortly."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}
