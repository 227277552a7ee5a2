"""What a revocation takes away, and from whom."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Self

from gateway.people.issuers import LONGEST_ACCESS, MOST_SKEW, Issuer
from gateway.revocations.model import Revocation
from shared.problems import Refused

# After that no token can live any more that was issued before.
LASTS = timedelta(seconds=LONGEST_ACCESS + 2 * MOST_SKEW)


class UnknownIssuer(Refused):
    """A revocation that no gateway would ever apply must not look like one that holds."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    de = "Diesem Anbieter glaubt die Plattform für {unit} nichts: {issuer}. Bekannt: {known}."
    en = "The platform believes this issuer nothing about {unit}: {issuer}. Known: {known}."


def is_believed(issuer: str | None, unit: str, believed: Collection[str]) -> None:
    """Whose subject is revoked is one of the issuers that may speak for the revoking unit."""
    if issuer is not None and issuer not in believed:
        raise UnknownIssuer(issuer=issuer, unit=unit, known=", ".join(sorted(believed)))


@dataclass(slots=True)
class Revoked:
    """What no longer holds of one issuer's tokens."""

    tokens: set[str] = field(default_factory=set)
    subjects: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, issuer: Issuer, revocations: Iterable[Revocation]) -> Self:
        """What units for which the issuer may speak have said about its tokens.

        A district cannot lock out another's people: what it says concerns its own issuers alone.
        """
        revoked = cls()
        for each in revocations:
            if not issuer.speaks_for(each.unit):
                continue
            if each.token is not None:
                revoked.tokens.add(each.token)
            elif each.subject is not None and each.issuer == issuer.url:
                # By the issuer's clock it may have been later already; then one signs in again.
                until = each.created_at.timestamp() + issuer.clock_skew
                revoked.subjects[each.subject] = max(until, revoked.subjects.get(each.subject, 0))
        return revoked

    def add(self, more: "Revoked") -> None:
        """Let these hold, too."""
        self.tokens |= more.tokens
        for subject, until in more.subjects.items():
            self.subjects[subject] = max(until, self.subjects.get(subject, 0))

    def covers(self, token: str, subject: str, issued_at: int) -> bool:
        """Whether a token no longer holds: itself, or its subject's so far."""
        return token in self.tokens or issued_at <= self.subjects.get(subject, -1.0)
