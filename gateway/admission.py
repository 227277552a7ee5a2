"""Who is let in to do what: one operation, one hat, one decision."""

import re
from dataclasses import dataclass
from uuid import uuid4

import structlog

from gateway.contracts import Contracts, Operation
from gateway.contributing import HEADER, Contributors
from gateway.identity import People, hat_of
from gateway.knock import Knock
from shared.authority import Decision, Hat, PermitIf, Refuse, Relation, Role, decide
from shared.problems import MethodNotAllowed, NotFound, NotSignedIn, NotYourAct, Refused

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, slots=True)
class Admission:
    """Who asks to do what, what the page says to it, and what the service still has to prove."""

    subject: str
    hat: Hat
    operation: Operation
    decision: Decision
    request_id: str
    link: str = ""

    @property
    def owes(self) -> tuple[Relation, ...]:
        """The relations that the service has to see proved."""
        return self.decision.relations if isinstance(self.decision, PermitIf) else ()

    @property
    def refusal(self) -> Refused | None:
        """What the caller is told where the page refuses; None where it does not."""
        decision = self.decision
        if not isinstance(decision, Refuse):
            return None
        if self.hat.role is Role.PUBLIC:
            return NotSignedIn(who_may=decision.who_may)
        return NotYourAct(
            role=self.hat.role,
            act=self.operation.act.id,
            who_may=decision.who_may,
            alternative=decision.alternative,
        )


class Admissions:
    """From a request to the decision about it; the data plane and other proxies ask here alike."""

    def __init__(self, contracts: Contracts, people: People, contributors: Contributors) -> None:
        self._contracts, self._people, self._contributors = contracts, people, contributors

    async def of(self, knock: Knock) -> Admission:
        """The admission of a canonical request; who is not known is refused here already."""
        operation = self._operation(knock)
        subject, hat, link = await self._who(knock, operation)
        admission = Admission(
            subject, hat, operation, decide(hat, operation.act), _request_id(knock), link
        )
        structlog.contextvars.bind_contextvars(
            request_id=admission.request_id, act=operation.act.id, role=hat.role.value
        )
        return admission

    def _operation(self, knock: Knock) -> Operation:
        operation = self._contracts.find(knock.method, knock.path)
        if operation is None:
            allowed = self._contracts.methods(knock.path)
            raise MethodNotAllowed(allowed=allowed) if allowed else NotFound
        return operation

    async def _who(self, knock: Knock, operation: Operation) -> tuple[str, Hat, str]:
        """Subject, hat and, for somebody who contributes unnamed, the link they go by."""
        credentials = knock.one(b"authorization")
        if not credentials:
            link = self._contributors.link_of(knock, operation.act)
            hat = self._contributors.of_link(link) if link else Hat()
            new = link if link != knock.one(HEADER) else ""
            return hat.unit or "public", hat, new
        scheme, _, token = credentials.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn
        claims = await self._people.claims(token)
        pseudonym = self._contributors.of_person(claims["iss"], claims["sub"])
        return claims["sub"], hat_of(claims, knock.one(b"x-acting-as"), pseudonym), ""


def _request_id(knock: Knock) -> str:
    """The caller's own, if it is a plain one; it goes into journals and logs."""
    given = knock.one(b"x-request-id")
    return given if REQUEST_ID.fullmatch(given) else str(uuid4())
