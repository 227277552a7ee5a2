"""The way in: a canonical request, one hat, the decision, and then the service."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from gateway.admission import Admission, Admissions
from gateway.contracts import HERE
from gateway.contributing import HEADER
from gateway.knock import Knock
from gateway.memory import Memory
from gateway.mint import Mint
from gateway.proxy import RETURNED, Proxy, inward
from shared.problems import Fault, NotYourAct, Refused

log = structlog.get_logger()
HEALTH = (b"/health/live", b"/health/ready")


class Gate:
    """Decides on hat and act before anything is forwarded.

    The gateway's own pages pass the same way: an operation, an act, a hat, a token.
    """

    def __init__(
        self,
        control: FastAPI,
        admissions: Admissions,
        mint: Mint,
        proxy: Proxy,
        memory: Memory,
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._control, self._admissions = control, admissions
        self._mint, self._proxy, self._memory = mint, proxy, memory
        self._hosts = hosts

    @property
    def control(self) -> FastAPI:
        """What answers the gateway's own pages."""
        return self._control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope.get("raw_path") in HEALTH:
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
            log.exception("a fault of ours")
            if started:  # the connection breaks; a second answer would only confuse
                raise
            await Fault().answer(knock.language)(scope, receive, send)

    async def _serve(self, knock: Knock, scope: Scope, receive: Receive, send: Send) -> None:
        knock.must_be_canonical(self._hosts)
        admission = await self._admissions.of(knock)
        scope["route"] = admission.operation  # for figures and log lines
        await self._must_be_permitted(admission)
        token = self._mint.token(admission)
        if admission.operation.service == HERE:
            return await self._answer_here(knock, admission, token, scope, receive, send)
        passage = await self._memory.open(admission)
        answer = await self._proxy.ask(knock, admission, token, receive)
        await self._memory.close(admission, passage, answer.status_code)
        if answer.status_code == HTTPStatus.FORBIDDEN:
            await self._memory.refused(admission, answer.one(b"x-refusal") or "refused")
        await self._proxy.stream(answer, _ours(admission, answer.status_code), send)

    async def _must_be_permitted(self, admission: Admission) -> None:
        """Go on if the page lets this hat do this act; a refusal is written down first."""
        refusal = admission.refusal
        if isinstance(refusal, NotYourAct):
            await self._memory.refused(admission, refusal.slug())
        if refusal:
            raise refusal

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


def _ours(admission: Admission, status: int) -> list[tuple[bytes, bytes]]:
    """Headers of ours: the request's id, and the link of a first contribution."""
    headers = [(b"x-request-id", admission.request_id.encode())]
    if admission.link and status == HTTPStatus.CREATED:
        headers.append((HEADER, admission.link.encode()))
    return headers
