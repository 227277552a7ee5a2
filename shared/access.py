"""Who calls, for which act, and what the route still has to prove before anything is kept."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Depends, Request

from shared.authority import Act, Hat, Permit, PermitIf, Relation, Role, decide, open_instead
from shared.problems import ForgottenCheck, NotSignedIn, NotYourAct, NotYourRegion, NotYours
from shared.tokens import Claims, Verifier


class Owned(Protocol):
    """A record that is some unit's word."""

    unit: str


class Addressed(Protocol):
    """A record that is addressed to some unit."""

    @property
    def addressee(self) -> str:
        """The unit whose word is asked for."""


@dataclass(slots=True)
class Caller:
    """A hat, the act it was let in for, and the relations it still owes proof of."""

    subject: str
    hat: Hat
    act: Act
    owes: set[Relation] = field(default_factory=set)
    request_id: str = ""

    @property
    def unit(self) -> str:
        """The unit in whose name this caller speaks."""
        return self.hat.unit

    def must_own(self, record: Owned) -> None:
        """Go on if the record is this unit's own word."""
        self._prove(Relation.OWN_UNIT, record.unit)

    def must_be_addressee_of(self, record: Addressed) -> None:
        """Go on if the record is addressed to this unit."""
        self._prove(Relation.ADDRESSEE, record.addressee)

    def must_be_in_region(self, *areas: str) -> None:
        """Go on if each area (LOR key) lies in this hat's regions; only some hats are bound."""
        if Relation.IN_REGION not in self.owes:
            return
        if not areas or not all(area.startswith(self.hat.regions or ("-",)) for area in areas):
            raise NotYourRegion(regions=list(self.hat.regions), who_may=self._roles())
        self.owes.discard(Relation.IN_REGION)

    def repeats(self) -> None:
        """Nothing is changed by giving an answer once more, so nothing is owed."""
        self.owes.clear()

    def settle(self) -> None:
        """Refuse to go on while a proof is owed; asked once, right before the commit."""
        if self.owes:
            raise ForgottenCheck

    def _roles(self) -> list[Role]:
        return sorted(self.act.roles)

    def _prove(self, relation: Relation, unit: str) -> None:
        if unit != self.unit:
            alternative = open_instead(self.hat, self.act)
            raise NotYours(unit=unit, who_may=self._roles(), alternative=alternative)
        self.owes.discard(relation)


def let_in(claims: Claims, act: Act, request_id: str) -> Caller:
    """The caller a token speaks of, if it was made for `act` and our page says the same."""
    if claims["act"] != act.id:
        raise NotSignedIn
    hat = Hat(Role(claims["role"]), claims["unit"], tuple(claims["regions"]))
    decision = decide(hat, act)
    if not isinstance(decision, Permit | PermitIf):  # no decision is no permit either
        raise NotYourAct(role=hat.role, act=act.id, who_may=sorted(act.roles))
    owes = decision.relations if isinstance(decision, PermitIf) else ()
    if claims["relations"] != list(owes):
        raise NotSignedIn
    return Caller(claims["sub"], hat, act, set(owes), claims["request_id"] or request_id)


def admit(act: Act) -> Callable[[Request], Awaitable[None]]:
    """A dependency that lets in tokens made for `act` alone, and leaves their Caller behind."""

    async def door(request: Request) -> None:
        verifier: Verifier = request.app.state.tokens
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer":
            raise NotSignedIn
        request_id = request.headers.get("x-request-id", "")
        request.state.caller = let_in(verifier.verify(token), act, request_id)

    return door


async def present_caller(request: Request) -> Caller:
    """The caller that the route's own door let in."""
    caller = request.state.caller
    assert isinstance(caller, Caller)
    return caller


CurrentCaller = Annotated[Caller, Depends(present_caller)]
