"""Who is let in to do what: one operation, one hat, one decision."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

import structlog

from gateway.contracts import Contracts, Operation
from gateway.entrance.knock import Knock
from gateway.people.contributing import HEADER, Contributors
from gateway.people.identity import People
from gateway.people.person import Person
from shared.authority import Decision, Hat, PermitIf, Refuse, Relation, Role, decide
from shared.problems import MethodNotAllowed, NotFound, NotSignedIn, NotYourAct, Refused

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
THIS_RUN, NUMBERS = uuid4().hex.encode(), count(1)


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
        decision: Decision
        if credentials := knock.one(b"authorization"):
            person = await self._person(credentials)
            subject, hat, link = person.subject, self._hat(person, knock), ""
            decision = decide(hat, operation.act)
            if not isinstance(decision, Refuse):
                person.must_be_certain_for(operation.act)
        else:
            subject, hat, link = self._unnamed(knock, operation)
            decision = decide(hat, operation.act)
        admission = Admission(subject, hat, operation, decision, request_id_of(knock), link)
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

    async def _person(self, credentials: str) -> Person:
        """Whom the credentials speak of; they are a bearer token and nothing else."""
        scheme, _, token = credentials.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn
        return await self._people.person(token)

    def _hat(self, person: Person, knock: Knock) -> Hat:
        """The hat that acts; a citizen speaks for no unit, but under a pseudonym."""
        hat = person.hat(knock.one(b"x-acting-as"))
        if hat.role is not Role.CITIZEN:
            return hat
        voice = self._contributors.of_person(person.issuer.url, person.subject)
        return Hat(hat.role, voice, hat.regions)

    def _unnamed(self, knock: Knock, operation: Operation) -> tuple[str, Hat, str]:
        """Subject, hat and, for somebody who contributes for the first time, their link."""
        link = self._contributors.link_of(knock, operation.act)
        hat = self._contributors.of_link(link) if link else Hat()
        new = link if link != knock.one(HEADER) else ""
        return hat.unit or "public", hat, new


def request_id_of(knock: Knock) -> str:
    """The caller's own, if it is a plain one; it goes into journals and logs."""
    return passing_id(knock.first).decode()


def passing_id(said: Mapping[bytes, bytes]) -> bytes:
    """The same as it goes over the wire; to tell requests apart, a run and a number will do."""
    given = said.get(b"x-request-id", b"")
    if given and REQUEST_ID.fullmatch(given.decode("latin-1")):
        return given
    return b"%b-%x" % (THIS_RUN, next(NUMBERS))
