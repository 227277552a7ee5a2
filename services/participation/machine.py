"""The service's own voice: what a machine finds out is said in its name and in nobody else's."""

from shared.access import Caller
from shared.authority import PAGE, Hat, PermitIf, Role, decide

HOME = "06"
MACHINE = Hat(Role.SERVICE, f"{HOME}.participation")


def machine(act_id: str, request_id: str) -> Caller:
    """The service as a caller of one of its jobs, with all that the act has to prove."""
    act = PAGE[act_id]
    decision = decide(MACHINE, act)
    owes = decision.relations if isinstance(decision, PermitIf) else ()
    return Caller(MACHINE.unit, MACHINE, act, set(owes), request_id)
