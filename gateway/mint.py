"""Makes the internal tokens: those for reading are kept a while, each change gets its own."""

import time

from gateway.admission import Admission
from shared.authority import Hat, Permit, PermitIf, Role
from shared.problems import Fault
from shared.tokens import Signer

SAFE = frozenset({"GET", "HEAD"})
KEPT_FOR = 15
MOST_KEPT = 4096
ITSELF = Hat(Role.SERVICE, "gateway")


class Mint:
    """Signs for the gateway."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._kept: dict[tuple[str, Hat, str, str], tuple[float, str]] = {}

    def sign_with(self, signer: Signer) -> None:
        """Sign with another key from now on; tokens of the former one are forgotten."""
        self._signer, self._kept = signer, {}

    def token(self, admission: Admission) -> str:
        """A token that opens the operation's act at its service, in the name of the hat."""
        # Whatever is decided otherwise, or not at all, is not permitted.
        if not isinstance(admission.decision, Permit | PermitIf):
            raise Fault
        operation = admission.operation
        if operation.method not in SAFE:
            return self._sign(admission, admission.request_id)
        key = (admission.subject, admission.hat, operation.service, operation.act.id)
        until, token = self._kept.get(key, (0.0, ""))
        if until < time.monotonic():
            token = self._sign(admission)
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (time.monotonic() + KEPT_FOR, token)
        return token

    def own(self, service: str, act: str) -> str:
        """A token for what the gateway asks on its own account."""
        return self._signer.sign(
            service,
            ITSELF.unit,
            act=act,
            role=ITSELF.role,
            unit=ITSELF.unit,
            regions=ITSELF.regions,
            relations=(),
            request_id="",
        )

    def _sign(self, admission: Admission, request_id: str = "") -> str:
        return self._signer.sign(
            admission.operation.service,
            admission.subject,
            act=admission.operation.act.id,
            role=admission.hat.role,
            unit=admission.hat.unit,
            regions=admission.hat.regions,
            relations=admission.owes,
            request_id=request_id,
        )
