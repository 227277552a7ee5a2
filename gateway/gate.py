"""The way in: a canonical request, one hat, the decision, and then the service."""

from typing import Protocol
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.contracts import HERE, Contracts, Operation
from gateway.contributing import HEADER, Contributors
from gateway.identity import People, hat_of
from gateway.knock import REQUEST_ID, Knock
from gateway.mint import Admission, Mint
from gateway.proxy import RETURNED, Proxy, inward
from shared.authority import Hat, PermitIf, Refuse, Role, decide
from shared.problems import Fault, MethodNotAllowed, NotFound, NotSignedIn, NotYourAct, Refused

log = structlog.get_logger()
ISSUED = 201
FORBIDDEN = 403


class Memory(Protocol):
    """Where it is kept who was refused what."""

    async def note(self, admission: Admission, rule: str) -> None:
        """Write a refusal down."""


class Gate:
    """Decides on hat and act before anything is forwarded.

    The gateway's own pages pass the same way: an operation, an act, a hat, a token.
    """

    def __init__(
        self,
        control: ASGIApp,
        contracts: Contracts,
        people: People,
        contributors: Contributors,
        mint: Mint,
        proxy: Proxy,
        memory: Memory,
    ) -> None:
        self._control, self._contracts, self._people = control, contracts, people
        self._contributors, self._mint, self._proxy = contributors, mint, proxy
        self._memory = memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith("/health/"):
            return await self._control(scope, receive, send)
        knock, started = Knock.at(scope), False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._serve(knock, scope, receive, noting)
        except Refused as refused:
            await refused.answer(knock.language)(scope, receive, send)
        except Exception:
            log.exception("a fault of ours", path=knock.path)
            if started:  # the connection breaks; a second answer would only confuse
                raise
            await Fault().answer(knock.language)(scope, receive, send)

    async def _serve(self, knock: Knock, scope: Scope, receive: Receive, send: Send) -> None:
        admission = await self._admit(knock)
        token = self._mint.token(admission)
        if admission.operation.service == HERE:
            return await self._answer_here(knock, admission, token, scope, receive, send)
        answer = await self._proxy.ask(knock, admission, token, receive)
        more = _ours(admission, answer.status_code)
        if answer.status_code == FORBIDDEN:
            await self._memory.note(admission, answer.headers.get("x-refusal", "refused"))
        await self._proxy.stream(answer, more, send)

    async def _answer_here(
        self,
        knock: Knock,
        admission: Admission,
        token: str,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        self._proxy.must_fit(knock)

        async def outward(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [pair for pair in message["headers"] if pair[0] in RETURNED]
                message = {**message, "headers": headers + _ours(admission, message["status"])}
            await send(message)

        within = {**scope, "headers": [(b"host", b"gateway"), *inward(knock, admission, token)]}
        await self._control(within, receive, outward)

    async def _admit(self, knock: Knock) -> Admission:
        """Who is let in to do what; or a refusal."""
        knock.must_be_canonical()
        operation = self._contracts.find(knock.method, knock.path)
        if operation is None:
            allowed = self._contracts.methods(knock.path)
            raise MethodNotAllowed(allowed=allowed) if allowed else NotFound
        subject, hat, link = await self._who(knock, operation)
        decision = decide(hat, operation.act)
        owes = decision.relations if isinstance(decision, PermitIf) else ()
        admission = Admission(subject, hat, operation, owes, _request_id(knock), link)
        structlog.contextvars.bind_contextvars(
            request_id=admission.request_id, act=operation.act.id, role=hat.role.value
        )
        if isinstance(decision, Refuse):
            await self._refuse(admission, decision)
        return admission

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

    async def _refuse(self, admission: Admission, decision: Refuse) -> None:
        if admission.hat.role is Role.PUBLIC:
            raise NotSignedIn(who_may=decision.who_may)
        await self._memory.note(admission, NotYourAct.slug())
        raise NotYourAct(
            role=admission.hat.role,
            act=admission.operation.act.id,
            who_may=decision.who_may,
            alternative=decision.alternative,
        )


def _ours(admission: Admission, status: int) -> list[tuple[bytes, bytes]]:
    """Headers of ours: the request's id, and the link of a first contribution."""
    headers = [(b"x-request-id", admission.request_id.encode())]
    if admission.link and status == ISSUED:
        headers.append((HEADER, admission.link.encode()))
    return headers


def _request_id(knock: Knock) -> str:
    """The caller's own, if it is a plain one; it goes into journals and logs."""
    given = knock.one(b"x-request-id")
    return given if REQUEST_ID.fullmatch(given) else str(uuid4())
