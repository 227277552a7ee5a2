"""The way in: a rate, a canonical request, one hat, the decision, and then the service."""

from functools import partial
from http import HTTPStatus

import structlog
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from gateway.admission import Admission, Admissions, passing_id
from gateway.cache.cache import BYPASSED, HIT, MISSED, Cache
from gateway.cache.kept import Headers
from gateway.contracts import HERE
from gateway.entrance.answering import Answering
from gateway.entrance.knock import Knock
from gateway.forwarding.proxy import RETURNED, Proxy, inward
from gateway.forwarding.service import Answer
from gateway.memory import Memory
from gateway.mint import SAFE, Mint
from gateway.people.contributing import HEADER
from gateway.rates.visits import Rates, Visit
from shared.problems import Fault, NotYourAct, Refused

log = structlog.get_logger()
HEALTH = (b"/health/live", b"/health/ready")
ORIGIN = b"origin"  # a page of others asks: what it may read is said elsewhere


class Gate:
    """Decides on hat and act before anything is forwarded.

    The gateway's own pages pass the same way: an operation, an act, a hat, a token. What the
    public was told a moment ago it is told again; that it may know it was decided then.
    """

    def __init__(
        self,
        control: FastAPI,
        admissions: Admissions,
        mint: Mint,
        proxy: Proxy,
        memory: Memory,
        front: tuple[Rates, Cache],
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._control, self._admissions = control, admissions
        self._mint, self._proxy, self._memory = mint, proxy, memory
        (self._rates, self._cache), self._hosts = front, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope.get("raw_path") in HEALTH:
            return await self._control(scope, receive, send)
        knock, visit = Knock.at(scope), self._rates.visit(scope)
        answering = Answering(send, visit)
        try:
            await self._serve(knock, visit, scope, receive, answering)
        except Refused as refused:
            await refused.answer(knock.language)(scope, receive, answering)
        except Exception:
            log.exception("a fault of ours")
            if answering.begun:  # the connection breaks; a second answer would only confuse
                raise
            await Fault().answer(knock.language)(scope, receive, answering)

    def at_once(self, knock: Knock, scope: Scope) -> list[bytes] | None:
        """What can be answered without asking anybody, on the wire; a refusal has its words."""
        said = knock.first
        wanted = self._cache.wanted(knock, said)
        kept = wanted and self._cache.fresh(wanted)
        if not wanted or not kept or ORIGIN in said:
            return None
        visit = self._rates.visit(scope)
        try:
            knock.must_be_canonical(self._hosts)
            visit.begins(said)
        except Refused:
            return None
        told = [*_told(passing_id(said), HIT), *visit.fields]
        return kept.on_the_wire(wanted.none_match, told)

    async def _serve(
        self, knock: Knock, visit: Visit, scope: Scope, receive: Receive, send: Answering
    ) -> None:
        said = knock.first
        visit.begins(said)
        knock.must_be_canonical(self._hosts)
        wanted = self._cache.wanted(knock, said)
        if wanted and (kept := self._cache.fresh(wanted)):
            told = [*_told(passing_id(said), HIT), *visit.fields]
            return await kept.give(wanted.none_match, told, send.plainly)
        admission = await self._admitted(knock, visit)
        scope["route"] = admission.operation  # for figures and log lines
        token = self._mint.token(admission)
        if admission.operation.service == HERE:
            return await self._answer_here(knock, admission, token, scope, receive, send)
        ask = partial(self._ask, admission=admission, token=token, receive=receive)
        if wanted and self._cache.is_for(wanted, admission):
            found = await self._cache.answer(wanted, admission.operation.service, ask)
            if isinstance(found, tuple):
                told = [*_told(admission.request_id.encode(), found[1]), *visit.fields]
                return await found[0].give(wanted.none_match, told, send.plainly)
            how, answer = MISSED, found
        else:
            how, answer = BYPASSED, await ask(knock)
        more = [*_ours(admission, answer.status_code), (b"cache-status", how)]
        await self._proxy.stream(answer, more, send)

    async def _admitted(self, knock: Knock, visit: Visit) -> Admission:
        """The admission of somebody who has not had too much, to what the page lets them do."""
        try:
            admission = await self._admissions.of(knock)
        except Refused as refused:
            if refused.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                visit.fails()
            raise
        visit.is_of(admission.subject, changing=knock.method not in SAFE)
        await self._must_be_permitted(admission)
        return admission

    async def _must_be_permitted(self, admission: Admission) -> None:
        """Go on if the page lets this hat do this act; a refusal is written down first."""
        refusal = admission.refusal
        if isinstance(refusal, NotYourAct):
            await self._memory.refused(admission, refusal.slug())
        if refusal:
            raise refusal

    async def _ask(
        self, knock: Knock, *, admission: Admission, token: str, receive: Receive
    ) -> Answer:
        """The service's answer; whatever comes of a change, the cache does not know better."""
        passage = await self._memory.open(admission)
        try:
            answer = await self._proxy.ask(knock, admission, token, receive)
        finally:
            if knock.method not in SAFE:
                self._cache.changed(admission.operation.service)
        await self._memory.close(admission, passage, answer.status_code)
        if answer.status_code == HTTPStatus.FORBIDDEN:
            await self._memory.refused(admission, answer.one(b"x-refusal") or "refused")
        return answer

    async def _answer_here(
        self,
        knock: Knock,
        admission: Admission,
        token: str,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        self._proxy.must_fit(knock, admission.operation)
        passage = await self._memory.open(admission)

        async def outward(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._memory.close(admission, passage, message["status"])
                headers = [pair for pair in message["headers"] if pair[0] in RETURNED]
                message = {**message, "headers": headers + _ours(admission, message["status"])}
            await send(message)

        within = {**scope, "headers": [(b"host", b"gateway"), *inward(knock, admission, token)]}
        await self._control(within, receive, outward)


def _told(request_id: bytes, how: bytes) -> Headers:
    """What a kept answer is told with: which request this was, and what the cache did."""
    return [(b"x-request-id", request_id), (b"cache-status", how)]


def _ours(admission: Admission, status: int) -> Headers:
    """Headers of ours: the request's id, and the link of a first contribution."""
    headers = [(b"x-request-id", admission.request_id.encode())]
    if admission.link and status == HTTPStatus.CREATED:
        headers.append((HEADER, admission.link.encode()))
    return headers
