"""The decision for other proxies: nginx and Envoy ask here, and forward by themselves.

Whoever gets an answer gets an internal token with it, so only a proxy that knows the secret is
answered; for everybody else the address does not exist.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Self

import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.admission import Admission, Admissions
from gateway.contracts import HERE, Operation
from gateway.entrance.answering import Answering
from gateway.entrance.knock import Knock
from gateway.entrance.unread import NotCanonical
from gateway.memory import Memory
from gateway.mint import SAFE, Mint
from gateway.people.contributing import HEADER as LINK
from gateway.rates.visits import Rates, Visit
from gateway.settings import GatewaySettings
from shared.problems import Fault, NotFound, NotYourAct, Refused

log = structlog.get_logger()

PLACE = "/authorize"
SECRET = b"x-proxy-secret"
METHOD, ADDRESS = b"x-original-method", b"x-original-uri"
# How the original body is framed; the question has none.
FRAMING = {
    b"x-original-content-length": b"content-length",
    b"x-original-transfer-encoding": b"transfer-encoding",
}
# What the proxy says about the request, and what concerns its asking alone.
PROXYS = frozenset({SECRET, METHOD, ADDRESS, *FRAMING, *FRAMING.values()})


@dataclass(frozen=True, slots=True)
class Question:
    """What a proxy asks about, and whether it hands what is refused over to the gateway."""

    knock: Knock
    hands_over: bool

    @classmethod
    def of(cls, asking: Knock) -> Self:
        """The question in either form.

        nginx can ask by GET only and says method and address in header fields; of an answer it
        understands yes and no, so it hands what is refused over. Envoy puts our address before
        the original one, keeps the method, and gives our answer to its caller.
        """
        headers = tuple(pair for pair in asking.headers if pair[0] not in PROXYS)
        if asking.path != PLACE:
            path = asking.path.removeprefix(PLACE)
            return cls(replace(asking, path=path, headers=headers), hands_over=False)
        method, address = (_single(asking, name) for name in (METHOD, ADDRESS))
        path, _, query = address.partition("?")
        headers += tuple((FRAMING[key], value) for key, value in asking.headers if key in FRAMING)
        knock = replace(
            asking, method=method, path=path, query=query.encode("latin-1"), headers=headers
        )
        return cls(knock, hands_over=True)


class DecisionPoint:
    """Stands before the gate; what is none of its questions goes there untouched."""

    def __init__(
        self,
        gate: ASGIApp,
        settings: GatewaySettings,
        admissions: Admissions,
        mint: Mint,
        memory: Memory,
        must_fit: Callable[[Knock, Operation], None],
        rates: Rates,
    ) -> None:
        assert settings.proxy_secret
        self._gate, self._secret = gate, settings.proxy_secret.get_secret_value().encode()
        self._hosts = settings.hosts
        self._admissions, self._mint = admissions, mint
        self._memory, self._must_fit, self._rates = memory, must_fit, rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a proxy, or let the gate serve."""
        if scope["type"] != "http" or not scope["path"].startswith(PLACE):
            return await self._gate(scope, receive, send)
        knock = Knock.at(scope)
        if not self._may_ask(knock):
            return await self._gate(scope, receive, send)
        visit = self._rates.visit(scope)
        try:
            answer = await self._answer(knock, visit)
        except Refused as refused:
            answer = refused.answer(knock.language)
        except Exception:
            log.exception("a fault of ours", path=knock.path)
            answer = Fault().answer(knock.language)
        # A token, or a no to one moment's question.
        answer.headers["cache-control"] = "no-store"
        await answer(scope, receive, Answering(send, visit))

    def _may_ask(self, knock: Knock) -> bool:
        """Whether it is a question, from somebody who knows the secret."""
        if knock.path != PLACE and not knock.path.startswith(f"{PLACE}/"):
            return False
        given = [value for key, value in knock.headers if key == SECRET]
        return len(given) == 1 and hmac.compare_digest(given[0], self._secret)

    async def _answer(self, asking: Knock, visit: Visit) -> Response:
        question = Question.of(asking)
        knock = question.knock
        visit.begins(knock.first)
        knock.must_be_canonical(self._hosts)
        admission = await self._admissions.of(knock)
        visit.is_of(admission.subject, changing=knock.method not in SAFE)
        if admission.operation.service == HERE:  # the gateway answers its own pages itself
            raise NotFound
        if refusal := admission.refusal:
            # What is handed over comes to the gate, which writes it down.
            if isinstance(refusal, NotYourAct) and not question.hands_over:
                await self._memory.refused(admission, refusal.slug())
            raise refusal
        self._must_fit(knock, admission.operation)
        # How it ends the proxy alone sees: the outcome stays unknown.
        await self._memory.open(admission)
        return _passed(question, admission, self._mint.token(admission))


def _passed(question: Question, admission: Admission, token: str) -> Response:
    """A yes: the internal token where the proxy takes it from, and what the caller is told."""
    answer = Response(status_code=HTTPStatus.OK)
    # Envoy lets a header of the answer replace the caller's; nginx copies by name.
    name = "x-internal-authorization" if question.hands_over else "authorization"
    answer.headers[name] = f"Bearer {token}"
    answer.headers["x-request-id"] = admission.request_id
    if admission.link:
        answer.headers[LINK.decode()] = admission.link
    return answer


def _single(asking: Knock, name: bytes) -> str:
    """What the proxy says once; a second one would be the caller's own."""
    values = [value for key, value in asking.headers if key == name]
    if len(values) != 1:
        raise NotCanonical
    return values[0].decode("latin-1")
