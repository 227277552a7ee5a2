"""`make bench`: what the gateway and the walls cost, side by side in one run, as ratios."""

import json
import timeit
from statistics import median

from rich.console import Console
from rich.table import Table

from deploy.local.issuer import access_token, new_key
from shared.authority import PAGE, Hat, Role, decide
from shared.tokens import ACCESS_TYPE, Verifier, internal_signer, prepared
from tests.bench.load import Figures, Target, side_by_side
from tests.house import QUESTION
from tests.journeys.started import Started, a_platform

out = Console()
SECONDS = 3.0
POINT = "lon=13.3085&lat=52.4096"


def internal(started: Started, act: str) -> dict[str, str]:
    """What the gateway would send with a reader's request."""
    key = json.loads(started.house["environment"]["GATEWAY_SIGNING_KEY"])
    service = "datahub" if act.startswith("area") else "registry"
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


def pair(started: Started, part: str, path: str, act: str) -> list[Target]:
    """The same question to the service itself and through the gateway."""
    port = started.house["ports"][part]
    return [
        Target("service", f"http://127.0.0.1:{port}{path}", internal(started, act)),
        Target("gateway", f"{started.address}{path}", {}),
    ]


def best(rounds: list[Figures], figure: str) -> float:
    """The median of a figure over the rounds."""
    return float(median(getattr(each, figure) for each in rounds))


def requests(started: Started) -> Table:
    """Answers a second and times, service and gateway in turn, with the ratio of the rates."""
    table = Table("question", "conn.", "asked", "per s", "p50 ms", "p95 ms", "gateway/service")
    for question, asked in questions(started).items():
        for connections in (1, 16):
            # Internal tokens live half a minute: new ones for each round.
            targets = pair(started, *asked)
            measured = side_by_side(targets, connections=connections, seconds=SECONDS, rounds=1)
            ratio = best(measured["gateway"], "rate") / best(measured["service"], "rate")
            for name, rounds in measured.items():
                figures = [best(rounds, f"{f}") for f in ("rate", "p50", "p95")]
                shown = [f"{figures[0]:.0f}", *(f"{figure:.1f}" for figure in figures[1:])]
                share = f"{ratio:.0%}" if name == "gateway" else ""
                table.add_row(question, str(connections), name, *shown, share)
    return table


def decisions() -> Table:
    """What one decision and one token cost, in microseconds."""
    private, public = new_key()
    hat, act = Hat(Role.LEAD, "06.sga"), PAGE["answer.publish"]
    tokens = [access_token(private, f"s{n}", hat) for n in range(300)]
    issuer = "https://demo.invalid"
    verifier = Verifier({"demo": prepared(public)}, issuer, "kiezknoten", ACCESS_TYPE, 3600)
    costs = {
        "a decision": timeit.timeit(lambda: decide(hat, act), number=100_000) / 100_000,
        "a token, first time": timeit.timeit(
            lambda: [verifier.verify(token) for token in tokens], number=1
        )
        / len(tokens),
        "a token, again": timeit.timeit(lambda: verifier.verify(tokens[0]), number=100_000)
        / 100_000,
    }
    table = Table("what", "µs")
    for name, seconds in costs.items():
        table.add_row(name, f"{seconds * 1e6:.2f}")
    return table


def main() -> None:
    """Measure and print."""
    out.print(decisions())
    with a_platform() as started:
        out.print(requests(started))


if __name__ == "__main__":
    main()
