"""Somebody an issuer speaks of: several hats perhaps, of which exactly one acts at a time."""

import re
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from fastapi.responses import JSONResponse

from gateway.people.hats import hats_of
from gateway.people.issuers import Issuer
from shared.authority import Act, ActClass, Hat
from shared.problems import NotSignedIn, Refused
from shared.tokens import Claims

# OpenID Connect Core, 2: a subject has at most 255 ASCII characters. They stand in logs.
PLAIN = re.compile(r"[\x20-\x7e]{1,255}")


class NameYourHat(Refused):
    """A person with several hats says which one acts; a hat not held is as good as none."""

    status = HTTPStatus.BAD_REQUEST
    de = "Bitte sagen Sie mit X-Acting-As, in welcher Rolle Sie handeln."
    en = "Please say with X-Acting-As in which role you act."


class StrongerSignIn(Refused):
    """Who decides has signed in with a second factor, or not too long ago (RFC 9470)."""

    status = HTTPStatus.UNAUTHORIZED
    de = "Dafür müssen Sie sich noch einmal anmelden, mit einem zweiten Faktor."
    en = "This needs a new sign-in with a second factor."

    def answer(self, accept_language: str = "") -> JSONResponse:
        """With the header that tells a client how the person has to sign in."""
        wanted = ['error="insufficient_user_authentication"']
        if self.facts["acr_values"]:
            wanted.append(f'acr_values="{" ".join(self.facts["acr_values"])}"')
        if self.facts["max_age"] is not None:
            wanted.append(f"max_age={self.facts['max_age']}")
        answer = super().answer(accept_language)
        answer.headers["WWW-Authenticate"] = f"Bearer {', '.join(wanted)}"
        return answer


@dataclass(frozen=True, slots=True)
class Person:
    """What one token says, read once."""

    issuer: Issuer
    subject: str
    token_id: str
    issued_at: int
    until: int
    hats: dict[str, Hat]
    acr: object
    signed_in_at: object

    @classmethod
    def of(cls, claims: Claims, issuer: Issuer) -> Self:
        """The person that verified claims speak of."""
        subject, token_id = claims["sub"], claims["jti"]
        if not PLAIN.fullmatch(subject) or not PLAIN.fullmatch(token_id):
            raise NotSignedIn
        return cls(
            issuer,
            subject,
            token_id,
            claims["iat"],
            claims["exp"] + issuer.clock_skew,
            hats_of(claims, issuer),
            claims.get("acr"),
            claims.get("auth_time"),
        )

    def hat(self, acting_as: str) -> Hat:
        """The one hat that acts; `acting_as` reads role@unit, needless where there is only one."""
        if not acting_as and len(self.hats) == 1:
            return next(iter(self.hats.values()))
        hat = self.hats.get(acting_as)
        if hat is None:
            raise NameYourHat(hats=sorted(self.hats))
        return hat

    def must_be_certain_for(self, act: Act) -> None:
        """Go on if the person signed in as surely as the settings want it for acts of that class.

        Decisions bind; where an issuer offers a second factor, they can be bound to it.
        """
        wanted, max_age = self.issuer.decide_acr, self.issuer.decide_max_age
        if act.act_class is not ActClass.DECIDE:
            return
        strong = not wanted or (type(self.acr) is str and self.acr in wanted)
        recent = max_age is None or self._signed_in_within(max_age)
        if not strong or not recent:
            raise StrongerSignIn(acr_values=wanted, max_age=max_age)

    def _signed_in_within(self, seconds: int) -> bool:
        at = self.signed_in_at
        skew = self.issuer.clock_skew
        return type(at) is int and -skew <= time.time() - at <= seconds + skew
