"""What the gateway remembers: what it refused, and what changing acts it let pass."""

from gateway.admission import Admission
from gateway.passages.actions import Passages, changes_something
from gateway.passages.model import Passage
from gateway.refusals.actions import Refusals
from shared.database import Sessions


class Memory:
    """The gateway's own journal, as the gate needs it."""

    def __init__(self, sessions: Sessions) -> None:
        self._refusals, self._passages = Refusals(sessions), Passages(sessions)

    async def refused(self, admission: Admission, rule: str) -> None:
        """Write a refusal down; it stands even where that fails."""
        await self._refusals.note(admission, rule)

    async def open(self, admission: Admission) -> Passage | None:
        """Write down that a change passes, or refuse it; to read leaves no trace."""
        return await self._passages.open(admission) if changes_something(admission) else None

    async def close(self, admission: Admission, passage: Passage | None, status: int) -> None:
        """Write down how the change was answered."""
        if passage:
            await self._passages.close(admission, passage, status)
