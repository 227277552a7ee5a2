"""Keeping what was let pass: before it is done, and what came of it."""

import asyncio

import structlog

from gateway.admission import Admission
from gateway.mint import ITSELF, SAFE
from gateway.passages.model import Passage
from shared import journal
from shared.access import Caller
from shared.authority import PAGE, ActClass, Hat
from shared.database import TROUBLE, Sessions, speaking, told_driver
from shared.problems import Away
from shared.rows import Visibility

log = structlog.get_logger()
PATIENCE = 4.0
# The database need not wait for its disk: what a crash could take is an outcome, then unknown.
SOON = "SET LOCAL synchronous_commit = off"
READING = frozenset({ActClass.PUBLIC, ActClass.INTERNAL})


def changes_something(admission: Admission) -> bool:
    """Whether the act leaves a trace; to read by POST, with a long question, is still to read."""
    operation = admission.operation
    return operation.method not in SAFE and operation.act.act_class not in READING


class Passages:
    """The gateway's memory of changes; what cannot be written down here does not pass."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def open(self, admission: Admission) -> Passage:
        """Write down that the admission's hat passes to its act, or refuse: it was not done."""
        act = admission.operation.act
        passage = Passage(
            unit=ITSELF.unit,
            visibility=Visibility.PUBLIC,
            request_id=admission.request_id,
            role=admission.hat.role,
            acting=unnamed(admission.hat),
            act=act.id,
            act_class=act.act_class,
        )
        try:
            await self._keep(admission, passage)
        except TROUBLE as error:
            log.error("a change was refused: its journal is away", reason=type(error).__name__)
            raise Away from error
        return passage

    async def close(self, admission: Admission, passage: Passage, status: int) -> None:
        """Write down how the change was answered; it is done, so the answer leaves either way."""
        passage.outcome = status
        try:
            await self._keep(admission, passage, soon=True)
        except Exception as error:  # whatever it is: "nothing was changed" would be a lie by now
            log.error(
                "an outcome could not be written down",
                reason=type(error).__name__,
                request_id=admission.request_id,
                outcome=status,
            )

    async def _keep(self, admission: Admission, passage: Passage, *, soon: bool = False) -> None:
        caller = Caller(
            admission.subject, ITSELF, PAGE["passage.keep"], request_id=admission.request_id
        )
        async with asyncio.timeout(PATIENCE), speaking(self._sessions, caller) as session:
            if soon:
                await told_driver(session).execute(SOON)
            session.add(passage)
            await journal.note(session, caller, passage)


def unnamed(hat: Hat) -> str:
    """The unit whose hat it is; of a resident only that it is one, and not by which pseudonym."""
    return hat.unit.partition(":")[0]
