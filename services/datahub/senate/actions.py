"""What can be done with the Senate's systems: ask that one be read, and read it page by page.

A page is one transaction: its records and how far the run has come are kept together or not at
all. So a run can be cut off anywhere, and its next page is where it was.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.datahub.senate import queries, rules
from services.datahub.senate.connectors.protocol import Batch, Connector, Source, State, Told
from services.datahub.senate.connectors.trouble import CursorRefused, CutOff, Trouble
from services.datahub.senate.model import FromSenate, SyncRequest, SyncRun
from services.datahub.senate.rules import Difference
from services.datahub.senate.schema import AskDraft
from shared import journal
from shared.access import Caller
from shared.authority import PAGE, Hat, PermitIf, Role, decide
from shared.clock import now
from shared.database import Sessions, speaking

Heard = Callable[[SyncRun], None]


async def ask(
    session: AsyncSession, caller: Caller, source: Source, draft: AskDraft
) -> SyncRequest:
    """Wish that a system be read now; its own unit answers with a run."""
    request = SyncRequest(
        unit=caller.unit, addressee=source.unit, shared_with=[source.unit], **draft.model_dump()
    )
    caller.must_own(request)
    session.add(request)
    await journal.note(session, caller, request)
    return request


def the_senate(source: Source) -> Caller:
    """The worker, speaking for the Senate system whose words it carries."""
    hat, act = Hat(Role.SENATE_SYSTEM, source.unit), PAGE["senate.collect"]
    decision = decide(hat, act)
    assert isinstance(decision, PermitIf)
    return Caller("datahub-worker", hat, act, set(decision.relations))


def silently(_: SyncRun) -> None:
    """Tell nobody how far a run is."""


async def collect(
    sessions: Sessions,
    connector: Connector,
    *,
    request_id: UUID | None = None,
    when_due: bool = False,
    heard: Heard = silently,
) -> SyncRun | None:
    """Bring what is kept of a system to that system's present state; None if it was not due.

    Raises Trouble when the partner cannot be read, and AlreadyRunning when somebody is at it.
    """
    async with queries.alone(sessions, connector.source.unit):
        reading = await _begin(sessions, connector, request_id, when_due=when_due)
        if reading is None:
            return None
        try:
            await reading.to_the_end(heard)
        except Trouble as trouble:
            await reading.fail(trouble)
            raise
        return reading.run


async def _begin(
    sessions: Sessions, connector: Connector, request_id: UUID | None, *, when_due: bool
) -> "Reading | None":
    """Take up the run that was cut off, or begin one where the last has ended."""
    caller, unit = the_senate(connector.source), connector.source.unit
    async with speaking(sessions, caller) as session:
        last = await queries.last_run(session, unit)
        done = await queries.last_run(session, unit, done=True)
        if last and when_due and not rules.due(last, done, now()):
            caller.must_own(last)
            return None
        if last and rules.goes_on(last, request_id):
            run = last
        else:
            if last and not last.finished_at:
                end(last, CutOff())
                await journal.note(session, caller, last)
            begins = rules.goes_on_from(last, done)
            run = SyncRun(unit=unit, request_id=request_id, started_at=now(), **begins)
            session.add(run)
        caller.must_own(run)
        run.attempts += 1
        await journal.note(session, caller, run)
    return Reading(sessions, connector, run, done)


def end(run: SyncRun, trouble: Trouble | None = None) -> None:
    """A run is over, for a reason unless all was read."""
    run.finished_at = now()
    if trouble:
        run.failure, run.detail = trouble.code, trouble.detail


class Reading:
    """One attempt at a run; it goes on only as long as no other has taken the run up."""

    def __init__(
        self, sessions: Sessions, connector: Connector, run: SyncRun, done: SyncRun | None
    ) -> None:
        self._sessions, self._connector, self._done = sessions, connector, done
        self._attempt = run.attempts
        self.run = run

    async def to_the_end(self, heard: Heard) -> None:
        """Page after page, until there is none left."""
        if self.run.as_of is None:
            known_tag = self._done.tag if self._done else None
            await self._compare(await self._connector.state(known_tag))
        while not self.run.finished_at:
            heard(self.run)
            try:
                batch = await self._connector.changes(self.run.since, self.run.cursor)
            except CursorRefused:
                if self.run.cursor is None:
                    raise
                await self._start_over()
            else:
                await self._keep(batch)
        heard(self.run)

    async def fail(self, trouble: Trouble) -> None:
        """Write down why it ended; the next run goes on from the last page that was kept."""
        async with self._turn() as (session, caller, run):
            end(run, trouble)
            await journal.note(session, caller, run)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[tuple[AsyncSession, Caller, SyncRun]]:
        """One transaction on the run; Overtaken if another worker goes on with it."""
        caller = the_senate(self._connector.source)
        async with speaking(self._sessions, caller) as session:
            run = await queries.run(session, self.run.id, in_turn=True)
            caller.must_own(run)
            rules.still_ours(run, self._attempt)
            yield session, caller, run
        self.run = run

    async def _compare(self, state: State | None) -> None:
        """With the state of the last run that read all: if it is the same, that was it."""
        async with self._turn() as (session, caller, run):
            if state:
                run.as_of, run.tag = state.as_of, state.tag
                return
            assert self._done
            run.as_of, run.tag, run.total = self._done.as_of, self._done.tag, 0
            end(run)
            await journal.note(session, caller, run)

    async def _start_over(self) -> None:
        """Read again what is kept already: that costs nothing, being stuck would."""
        async with self._turn() as (_, _, run):
            run.cursor = run.total = None

    async def _keep(self, batch: Batch) -> None:
        """One page's records, and how far the run has come with them."""
        table = self._connector.source.table
        latest = rules.newest(batch.told)
        async with self._turn() as (session, caller, run):
            known = await queries.known(session, table, latest.keys())
            differences = {k: rules.difference(known.get(k), told) for k, told in latest.items()}
            touched: list[FromSenate] = [
                put_down(known.get(key), latest[key], table, run.unit)
                for key, difference in differences.items()
                if difference is not Difference.NONE
            ]
            session.add_all(touched)
            count(run, batch, Counter(differences.values()))
            if batch.next is None:
                end(run)
            noted = [*touched, run] if run.finished_at else touched
            if noted:
                await journal.note(session, caller, *noted)


def put_down(
    known: FromSenate | None, told: Told, table: type[FromSenate], unit: str
) -> FromSenate:
    """What is kept of a record becomes what was told of it; gone, it keeps what it last was."""
    if known is None:
        return table(unit=unit, key=told.key, told_at=told.at, **told.says)
    for name, value in told.says.items():
        setattr(known, name, value)
    known.told_at, known.gone_at = told.at, told.at if told.gone else None
    return known


def count(run: SyncRun, batch: Batch, differences: Counter[Difference]) -> None:
    """What a page adds to the report of its run; what came twice was unchanged the second time."""
    new, changed, gone = (
        differences[each] for each in (Difference.NEW, Difference.CHANGED, Difference.GONE)
    )
    run.pages, run.seen = run.pages + 1, run.seen + len(batch.told)
    run.new, run.changed, run.gone = run.new + new, run.changed + changed, run.gone + gone
    run.unchanged += len(batch.told) - new - changed - gone
    run.cursor, run.total = batch.next, batch.total
