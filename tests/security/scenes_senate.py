"""Scenes for the Senate exchange: its runs are the Senate's, a wish for one the asking unit's."""

from services.datahub.senate.actions import the_senate
from services.datahub.senate.connectors.known import SOURCES
from services.datahub.senate.model import SyncRun
from shared.authority import Role
from shared.clock import now
from shared.database import speaking
from tests.security.scenes import OTHER, Cast, Scene

PATH = "/datahub/v1/senate"


async def connector(_: Cast) -> Scene:
    return Scene(f"{PATH}/connectors/wofis")


async def runs(_: Cast) -> Scene:
    return Scene(f"{PATH}/connectors/wofis/runs")


async def asked(cast: Cast) -> Scene:
    """A wish speaks for its maker; the only foreign try is to slip a unit in."""
    return Scene(f"{PATH}/connectors/wofis/runs", {} if cast.own else {"unit": OTHER}, foreign=422)


async def request(cast: Cast) -> Scene:
    client = cast.somebody(Role.DATA_COORDINATION, cast.unit)
    answer = await client.post(f"{PATH}/connectors/wofis/runs")
    return Scene(f"{PATH}/requests/{answer.raise_for_status().json()['id']}")


async def run(cast: Cast) -> Scene:
    source = SOURCES["wofis"]
    caller, row = the_senate(source), SyncRun(unit=source.unit, started_at=now())
    async with speaking(cast.house.services["datahub"].state.sessions, caller) as session:
        caller.must_own(row)
        session.add(row)
    return Scene(f"{PATH}/runs/{row.id}")


SCENES = {
    f"GET {PATH}/connectors/{{name}}": connector,
    f"GET {PATH}/connectors/{{name}}/runs": runs,
    f"POST {PATH}/connectors/{{name}}/runs": asked,
    f"GET {PATH}/requests/{{request_id}}": request,
    f"GET {PATH}/runs/{{run_id}}": run,
}
