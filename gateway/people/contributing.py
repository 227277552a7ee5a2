"""Voices without an office: who contributes is known by a secret link or by a pseudonym.

A member of the public speaks as `link:<digest>` of a capability link, a signed-in one as
`person:<digest>` of issuer and subject. Neither leads back to a name without the key.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from uuid import UUID

from gateway.entrance.knock import Knock
from shared.authority import Act, ActClass, Hat, Role
from shared.problems import Refused

HEADER = b"x-contribution-link"
LINK = re.compile(r"[A-Za-z0-9_-]{43}")
DIGITS = 32
PERSON = "person"


class BadLink(Refused):
    """A contribution link is 43 characters, as it was given out, or as the client drew it."""

    status = HTTPStatus.BAD_REQUEST
    de = "Der Beitragslink ist unvollständig."
    en = "The contribution link is incomplete."


class KeyNotUnique(Refused):
    """Who contributes without signing in is known by the key; so it has to be unguessable."""

    status = HTTPStatus.BAD_REQUEST
    de = "Ohne Anmeldung muss der Idempotency-Key eine UUID sein."
    en = "Without signing in the Idempotency-Key has to be a UUID."


@dataclass(frozen=True, slots=True)
class Contributors:
    """Knows voices again without knowing people; `key` never leaves the gateway."""

    key: bytes

    def of_person(self, issuer: str, subject: str) -> str:
        """The voice of a signed-in person."""
        return f"{PERSON}:{self._digest(f'{issuer} {subject}')}"

    def of_link(self, link: str) -> Hat:
        """The voice of whoever holds this link."""
        return Hat(Role.PUBLIC, f"link:{sha256(link.encode()).hexdigest()[:DIGITS]}")

    def link_of(self, knock: Knock, act: Act) -> str:
        """The caller's link; a new one for a first contribution; empty for a mere reader."""
        link = knock.one(HEADER)
        if link:
            if not LINK.fullmatch(link):
                raise BadLink
            return link
        if act.act_class is not ActClass.CONTRIBUTE:
            return ""
        return self._new_link(knock.one(b"idempotency-key"))

    def _new_link(self, idempotency_key: str) -> str:
        """A retry with the same key gets the same link, so a lost answer loses no link."""
        if not idempotency_key:
            return secrets.token_urlsafe(32)
        try:
            unique = UUID(idempotency_key)
        except ValueError as error:
            raise KeyNotUnique from error
        digest = hmac.digest(self.key, f"link {unique}".encode(), sha256)
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def _digest(self, text: str) -> str:
        return hmac.digest(self.key, text.encode(), sha256).hex()[:DIGITS]
