"""Keeping what was refused."""

import structlog

from gateway.admission import Admission
from gateway.mint import ITSELF
from gateway.passages.actions import unnamed
from gateway.refusals.model import Refusal
from shared import journal
from shared.access import Caller
from shared.authority import PAGE
from shared.database import TROUBLE, Sessions, speaking
from shared.rows import Visibility

log = structlog.get_logger()


class Refusals:
    """The gateway's memory of refusals; a refusal stands even where it cannot be written down."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def note(self, admission: Admission, rule: str) -> None:
        """Write down that `rule` refused the admission's act to its hat."""
        caller = Caller(
            admission.subject, ITSELF, PAGE["refusal.keep"], request_id=admission.request_id
        )
        act = admission.operation.act
        refusal = Refusal(
            unit=caller.unit,
            visibility=Visibility.PUBLIC,
            request_id=admission.request_id,
            role=admission.hat.role,
            asking=unnamed(admission.hat),
            act=act.id,
            act_class=act.act_class,
            rule=rule,
        )
        entry = refusal.model_dump(mode="json", include={"request_id", "role", "act", "rule"})
        try:
            async with speaking(self._sessions, caller) as session:
                session.add(refusal)
                await journal.note(session, caller, refusal)
        except TROUBLE as error:
            log.error("a refusal could not be written down", reason=type(error).__name__, **entry)
