"""HTTP for the report on the coordination."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse

from gateway.portal import pages
from gateway.report.actions import Reports
from gateway.report.schema import Report
from shared.authority import GERMAN
from shared.routing import ALSO_A_PAGE, SliceRouter
from shared.tally import AskedPeriod

router = SliceRouter("authority/report", tag="report")


@router.get("", act="authority.report", response_model=Report, responses=ALSO_A_PAGE)
async def report(
    request: Request,
    period: AskedPeriod,
    f: Annotated[Literal["json", "html"] | None, Query()] = None,
) -> Response:
    """What the coordination did, what it was refused, and the rows of others it wrote: none.

    Computed from the journals of all parts; `until` is the first day after the period.
    """
    reports: Reports = request.app.state.reports
    found = await reports.of(period)
    reads_html = "text/html" in request.headers.get("accept", "")
    if f == "html" or (f is None and reads_html):
        answer: Response = pages.page("report.html", report=found, roles=GERMAN)
    else:
        answer = JSONResponse(found.model_dump(mode="json"))
    answer.headers["Vary"] = "Accept"
    answer.headers["Cache-Control"] = (
        "no-store" if found.rows_of_other_units is None else "public, max-age=30"
    )
    return answer
