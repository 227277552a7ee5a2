"""The other services as participation meets them: whatever they say keeps to their contracts."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from gateway.contracts import documents

CONTRACTS = documents()
LOCATE, LOOKUP = "/datahub/v1/areas/locate", "/registry/v1/responsibilities/lookup"
PLACE: dict[str, Any] = {
    "unit": "be.statistik",
    "lor_version": "2021",
    "precision": "schematic",
    "schematic": True,
    "planning_area": {"key": "06200419", "name": "Thermometersiedlung"},
    "district_region": {"key": "062004", "name": "Lichterfelde Süd"},
    "forecast_area": {"key": "0620", "name": None},
    "district": {"key": "06", "name": "Steglitz-Zehlendorf"},
    "licence": "CC BY 3.0 DE",
    "attribution": "Amt für Statistik Berlin-Brandenburg",
}
FINDING: dict[str, Any] = {
    "topic": "roads",
    "area": "06200419",
    "on": "2026-01-01",
    "lead": "06.sga",
    "involved": ["06.stadtentwicklungsamt"],
    "informed": [],
    "gap": False,
    "disputed": False,
    "explanation": {"de": "Das SGA hat die Federführung.", "en": "The SGA has the lead."},
    "candidates": [],
}


def keeps_to_the_contract(path: str, answer: Any) -> None:
    """Whether this could be the part's answer to a GET of this address."""
    contract = CONTRACTS[path.split("/")[1]]
    said = contract["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    schema = said["schema"] | {"components": contract["components"]}
    Draft202012Validator(schema).validate(answer)


class Others:
    """Data hub and registry: what they answer, whether they are away, and what they were asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {LOCATE: PLACE, LOOKUP: FINDING}
        self.problems: dict[str, tuple[int, str]] = {}
        self.away: set[str] = set()
        self.asked: list[httpx.URL] = []
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """One answer."""
        path = request.url.path
        self.asked.append(request.url)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            await meanwhile()
        if path in self.away:
            raise httpx.ConnectError("away")
        if path in self.problems:
            status, slug = self.problems[path]
            problem = {"type": f"/problems/{slug}", "status": status}
            return httpx.Response(
                status, json=problem, headers={"content-type": "application/problem+json"}
            )
        keeps_to_the_contract(path, self.answers[path])
        return httpx.Response(200, json=self.answers[path])

    def client(self) -> httpx.AsyncClient:
        """A way to them."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self), base_url="http://gateway")

    def times_asked(self, path: str) -> int:
        """How often an address was asked."""
        return sum(url.path == path for url in self.asked)
