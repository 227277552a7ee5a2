"""HTTP for what came from the Senate and how it was read: parse, call, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import StringConstraints

from services.datahub.senate import actions, jobs, queries, rules
from services.datahub.senate.connectors.known import SOURCES
from services.datahub.senate.connectors.protocol import Source
from services.datahub.senate.connectors.trouble import TROUBLES
from services.datahub.senate.model import PrismaValue, SofisSite, SyncRequest, SyncRun, WofisSite
from services.datahub.senate.schema import (
    AskDraft,
    AskedView,
    ConnectorView,
    FailureView,
    HousingSiteView,
    IndicatorValueView,
    InfrastructureSiteView,
    RunView,
)
from shared.access import CurrentCaller
from shared.clock import now
from shared.database import Session
from shared.paging import Page, Paged
from shared.problems import NotFound
from shared.routing import SliceRouter
from shared.wire import AreaKey, Slug

router = SliceRouter("senate")
NAMES = {source.unit: source.name for source in SOURCES.values()}

Area = Annotated[AreaKey | None, Query(description="in this area and all that lie in it")]
Indicator = Annotated[
    str | None,
    Query(description="its code"),
    StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,60}$"),
]


def source_of(name: str) -> Source:
    """The system of that name."""
    if name not in SOURCES:
        raise NotFound
    return SOURCES[name]


def shown_run(run: SyncRun) -> RunView:
    """A run with where it stands and, if it failed, why."""
    trouble = TROUBLES.get(run.failure or "")
    failure = trouble and FailureView(
        code=trouble.code, de=trouble.de, en=trouble.en, detail=run.detail
    )
    more = {
        "connector": NAMES[run.unit],
        "outcome": rules.outcome(run, now()),
        "share_done": rules.share_done(run),
        "failure": failure,
    }
    return RunView.model_validate(run.model_dump() | more)


def shown_request(request: SyncRequest, run: SyncRun | None) -> AskedView:
    """A request with the run that answers it."""
    standing = rules.outcome(run, now()) if run else rules.Outcome.WAITING
    more = {
        "connector": NAMES[request.addressee],
        "standing": standing,
        "run_id": run.id if run else None,
    }
    return AskedView.model_validate(request.model_dump() | more)


def shown_source(source: Source, last: SyncRun | None) -> ConnectorView:
    """A system with its last run and its next."""
    return ConnectorView(
        name=source.name,
        unit=source.unit,
        title=source.title,
        holds=source.holds,
        format=source.format,
        last_run=shown_run(last) if last else None,
        next_at=rules.next_night(now()),
    )


@router.get("/connectors", act="senate.read")
async def connectors(session: Session) -> Page[ConnectorView]:
    """The Senate's systems that are read here, their last runs, and when the next is due."""
    last = await queries.last_runs(session)
    items = [shown_source(source, last.get(source.unit)) for source in SOURCES.values()]
    return Page[ConnectorView](items=items)


@router.get("/connectors/{name}", act="senate.read")
async def connector(session: Session, name: Slug) -> ConnectorView:
    """One of the Senate's systems, its last run, and when the next is due."""
    source = source_of(name)
    return shown_source(source, await queries.last_run(session, source.unit))


@router.get("/connectors/{name}/runs", act="senate.read")
async def runs(session: Session, paging: Paged, name: Slug) -> Page[RunView]:
    """What each reading of a system brought, the latest first."""
    return (await queries.runs(session, paging, source_of(name).unit)).shown(shown_run)


@router.post("/connectors/{name}/runs", act="senate.ask")
async def ask(
    session: Session, caller: CurrentCaller, name: Slug, draft: AskDraft | None = None
) -> AskedView:
    """Ask that a system be read now and not only at night; at most one reading goes on at a time.

    The answer names the request. Follow it to see the run that answers it.
    """
    request = await actions.ask(session, caller, source_of(name), draft or AskDraft())
    await jobs.collect_later(session, name, request)
    return shown_request(request, None)


@router.get("/requests/{request_id}", act="senate.read")
async def request(session: Session, request_id: UUID) -> AskedView:
    """A request that a system be read, and where it stands."""
    found = await queries.request(session, request_id)
    return shown_request(found, await queries.run_for(session, request_id))


@router.get("/runs/{run_id}", act="senate.read")
async def run(session: Session, run_id: UUID) -> RunView:
    """One reading of a system: how far it is, and what it changed here."""
    return shown_run(await queries.run(session, run_id))


@router.get("/indicator-values", act="senate.read")
async def indicator_values(
    session: Session, paging: Paged, area: Area = None, indicator: Indicator = None
) -> Page[IndicatorValueView]:
    """Indicator values from PRISMA; with `modified_since` also those that are gone there."""
    found = await queries.records(session, PrismaValue, paging, area, indicator=indicator)
    return found.shown(IndicatorValueView.model_validate)


@router.get("/housing-sites", act="senate.read")
async def housing_sites(
    session: Session, paging: Paged, area: Area = None
) -> Page[HousingSiteView]:
    """Sites for 50 dwellings and more from WoFIS; restricted to the administration."""
    found = await queries.records(session, WofisSite, paging, area)
    return found.shown(HousingSiteView.model_validate)


@router.get("/infrastructure-sites", act="senate.read")
async def infrastructure_sites(
    session: Session, paging: Paged, area: Area = None, kind: Slug | None = None
) -> Page[InfrastructureSiteView]:
    """Sites of social infrastructure from SoFIS, with what they offer and what is needed."""
    found = await queries.records(session, SofisSite, paging, area, kind=kind)
    return found.shown(InfrastructureSiteView.model_validate)
