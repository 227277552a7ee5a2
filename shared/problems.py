"""Refusals a caller can understand: RFC 9457 documents, in German or in English."""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi.responses import JSONResponse

from shared.authority import GERMAN, PAGE, Role

SHOWN = ("who_may", "unit", "alternative", "hats", "regions", "errors", "allowed", "candidates")
MEDIA_TYPE = "application/problem+json"


class Refused(Exception):
    """A refusal with a reason. Any other exception that escapes is a bug, hence a 500."""

    status: ClassVar[HTTPStatus]
    de: ClassVar[str]
    en: ClassVar[str]
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.en.format_map(facts))
        self.facts = facts

    @classmethod
    def slug(cls) -> str:
        """The last part of the problem's address: `NotYours` as `not-yours`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def answer(self, accept_language: str = "") -> JSONResponse:
        """This refusal as the caller reads it."""
        language = preferred(accept_language)
        sentence = self.en if language == "en" else self.de
        document = {
            "type": f"/problems/{self.slug()}",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": sentence.format_map(self.facts),
        }
        return JSONResponse(
            document | {key: self.facts[key] for key in SHOWN if self.facts.get(key)},
            status_code=self.status,
            media_type=MEDIA_TYPE,
            headers={"Content-Language": language, "Vary": "Accept-Language", **self.headers},
        )


class NotSignedIn(Refused):
    """No token, or none that holds; RFC 6750 wants the header."""

    status = HTTPStatus.UNAUTHORIZED
    de = "Dafür müssen Sie angemeldet sein."
    en = "This needs a valid access token."
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


class NotYourAct(Refused):
    """The hat does not hold the act, whatever the record."""

    status = HTTPStatus.FORBIDDEN
    de = "Der Rolle {role_de} steht nicht zu: {doing_de} ({act}). Es können: {who_de}."
    en = "It is not for the role {role} to {doing} ({act}). It is for: {who}."

    def __init__(self, role: Role, act: str, who_may: Iterable[Role], **more: Any) -> None:
        who_may = list(who_may)
        super().__init__(
            role=role,
            act=act,
            who_may=who_may,
            doing=PAGE[act].en,
            doing_de=PAGE[act].de,
            role_de=GERMAN[role],
            who_de=", ".join(GERMAN[each] for each in who_may),
            who=", ".join(who_may),
            **more,
        )


class NotYours(Refused):
    """The record belongs to, or is addressed to, another unit."""

    status = HTTPStatus.FORBIDDEN
    de = "Das ist Sache von {unit}. Sie können ein Ersuchen an {unit} richten."
    en = "This is for {unit} to do. You can address a request to {unit}."


class NotYourRegion(Refused):
    """The matter lies outside the regions this hat is bound to, or names no area at all."""

    status = HTTPStatus.FORBIDDEN
    de = "Diese Rolle handelt nur in ihren Bezirksregionen; nennen Sie Gebiete, die darin liegen."
    en = "This role acts in its own regions only; name areas that lie in them."


class NotFound(Refused):
    """It does not exist, or not for this caller; the answer does not tell which."""

    status = HTTPStatus.NOT_FOUND
    de = "Das gibt es hier nicht."
    en = "There is no such thing here."


class MethodNotAllowed(Refused):
    """The address exists, but cannot be used this way."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    de = "So lässt sich diese Adresse nicht benutzen."
    en = "This address cannot be used that way."


class Contradiction(Refused):
    """The present state, or another record, forbids it."""

    status = HTTPStatus.CONFLICT
    de = "Das widerspricht dem, was schon festgehalten ist."
    en = "This contradicts what is recorded already."


class Malformed(Refused):
    """What was sent does not say what it has to; `errors` names each place."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    de = "Die Angaben sind unvollständig oder ungültig."
    en = "What was sent is incomplete or invalid."


class UnknownParameter(Refused):
    """A query parameter that the operation does not know; it is never silently ignored."""

    status = HTTPStatus.BAD_REQUEST
    de = "Unbekannter Parameter: {names}."
    en = "Unknown parameter: {names}."


class Unreadable(Refused):
    """The request could not be read as HTTP or as its media type."""

    status = HTTPStatus.BAD_REQUEST
    de = "Die Anfrage ist nicht lesbar."
    en = "The request cannot be read."


class TooLarge(Refused):
    """The body is longer than the operation takes."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    de = "Das ist zu groß; hier gehen höchstens {most} Bytes."
    en = "This is too large; at most {most} bytes are taken here."


class TagMissing(Refused):
    """A change says with If-Match which state it changes."""

    status = HTTPStatus.PRECONDITION_REQUIRED
    de = "Bitte mit If-Match sagen, welcher Stand geändert wird (ETag des Datensatzes)."
    en = "Please say with If-Match which state you change (the record's ETag)."


class Stale(Refused):
    """Somebody changed the record in between."""

    status = HTTPStatus.PRECONDITION_FAILED
    de = "Der Datensatz wurde inzwischen geändert; bitte neu lesen."
    en = "The record was changed in the meantime; please read it again."


class KeyReused(Refused):
    """An Idempotency-Key stands for one request only."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    de = "Dieser Idempotency-Key gehört schon zu einer anderen Anfrage."
    en = "This Idempotency-Key belongs to another request already."


class Away(Refused):
    """Something needed, such as the database, does not answer; it will again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    de = "Gerade nicht verfügbar. Es wurde nichts geändert; bitte gleich noch einmal."
    en = "Not available right now. Nothing was changed; please try again shortly."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}


class Fault(Refused):
    """A bug of ours; the transaction was rolled back."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    de = "Ein Fehler bei uns. Es wurde nichts geändert."
    en = "A fault of ours. Nothing was changed."


class ForgottenCheck(Fault):
    """An action let an obligation stand open."""


def preferred(accept_language: str) -> str:
    """`en` where it is asked for before German, else `de`."""
    first = re.search(r"\b(de|en)\b", accept_language.lower())
    return first.group(1) if first else "de"


def known_refusals(of: type[Refused] = Refused) -> Iterator[type[Refused]]:
    """Every refusal that this process can answer, however deep below Refused it was written."""
    for each in of.__subclasses__():
        yield each
        yield from known_refusals(each)
