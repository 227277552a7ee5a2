"""HTTP for the report on the coordination."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse

from gateway.portal import pages
from gateway.report import actions
from gateway.report.schema import Report
from gateway.tallies import Tallies
from shared.authority import GERMAN
from shared.database import Session
from shared.routing import SliceRouter
from shared.tally import AskedPeriod

router = SliceRouter("authority/report", tag="report")


@router.get("", act="authority.report", response_model=Report)
async def report(
    request: Request,
    session: Session,
    period: AskedPeriod,
    f: Annotated[Literal["json", "html"] | None, Query()] = None,
) -> Response:
    """What the coordination did, what it was refused, and the rows of others it wrote: none.

    Computed from the journals of all parts; `until` is the first day after the period.
    """
    tallies: Tallies = request.app.state.tallies
    found = await actions.report(session, tallies, period)
    reads_html = "text/html" in request.headers.get("accept", "")
    if f == "html" or (f is None and reads_html):
        answer: Response = pages.page("report.html", report=found, roles=GERMAN)
    else:
        answer = JSONResponse(found.model_dump(mode="json"))
    answer.headers["Vary"] = "Accept"
    answer.headers["Cache-Control"] = (
        "no-store" if found.rows_of_other_units is None else "public, max-age=60"
    )
    return answer
