"""What the services answer by themselves and through the gateway: a record, a page, a point."""

import json
from contextlib import ExitStack

from rich.table import Table

from shared.tokens import internal_signer
from tests.bench.load import Measured, Target, side_by_side
from tests.bench.serving import a_gateway
from tests.house import QUESTION
from tests.journeys.started import Started

SECONDS, ROUNDS = 3.0, 1
POINT = "lon=13.3085&lat=52.4096"
SERVICE, GATEWAY = "service", "gateway"


def internal(started: Started, service: str, act: str) -> dict[str, str]:
    """What the gateway would send with a reader's request; it lives half a minute."""
    key = json.loads(started.house["environment"]["GATEWAY_SIGNING_KEY"])
    token = internal_signer(key).sign(
        service, "public", act=act, role="public", unit="", regions=(), relations=(), request_id=""
    )
    return {"authorization": f"Bearer {token}"}


def questions(started: Started) -> dict[str, tuple[str, str, str]]:
    """What is asked: the part that answers, the address, the act."""
    coordination = started.as_("district_coordination@06.bezirkskoordination")
    draft = QUESTION | {"addressee": "06.jugendamt", "visibility": "public"}
    made = coordination.post("/registry/v1/requests", json=draft).raise_for_status().json()
    return {
        "one record": ("registry", f"/registry/v1/requests/{made['id']}", "request.read"),
        "a page of 50 units": ("registry", "/registry/v1/units?limit=50", "unit.read"),
        "a point located": ("datahub", f"/datahub/v1/areas/locate?{POINT}", "area.locate"),
    }


def services(started: Started) -> Table:
    """Answers a second and times, service and gateway in turn, with the ratio of the rates."""
    lead = {"authorization": started.as_("lead@06.sga").headers["authorization"]}
    columns = ("asked", "conn.", "at", "per s", "per s of its core", "p50 ms", "p95 ms", "share")
    table = Table(
        *columns,
        caption="One process each, on a machine that they share with PostgreSQL. The gateway is"
        " asked by somebody signed in, so that it keeps no answer.",
    )
    with ExitStack() as stack:
        gateway = stack.enter_context(a_gateway(started))
        for question, (part, path, act) in questions(started).items():
            own = f"http://127.0.0.1:{started.house['ports'][part]}{path}"
            _, process = started.kept(f"services.{part}.app")
            for connections in (1, 16):
                targets = [
                    Target(SERVICE, own, internal(started, part, act), (process,)),
                    Target(GATEWAY, gateway.address + path, lead, gateway.processes),
                ]
                measured = side_by_side(
                    targets, connections=connections, seconds=SECONDS, rounds=ROUNDS
                )
                for each in targets:
                    row = [question, str(connections), each.name]
                    table.add_row(*row, *_figures(measured, each.name))
    return table


def _figures(measured: Measured, name: str) -> list[str]:
    rates = [f"{measured.of(name, figure):.0f}" for figure in ("rate", "core")]
    times = [f"{measured.of(name, figure):.1f}" for figure in ("p50", "p95")]
    return [*rates, *times, f"{measured.share(GATEWAY, SERVICE):.0%}" if name == GATEWAY else ""]
