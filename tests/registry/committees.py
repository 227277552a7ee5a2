"""Builders of committees, seats and what is said to them."""

from typing import Any

from shared.authority import Hat
from tests.house import COORDINATION, House

AG = {
    "code": "ag_planung",
    "name": "AG Planung",
    "aliases": ["ämterübergreifende Arbeitsgruppe"],
    "kind": "working_group",
    "body": "06",
    "areas": ["06"],
    "mandate": "Führt die Fachplanungen der Ämter zusammen.",
    "turnus_months": 3,
}
TAKEN = {"post": "Jugendhilfeplanung"}
NO = {"takes": False, "reason": "Keine Kapazität."}


async def convened(house: House, hat: Hat = COORDINATION, **more: Any) -> dict[str, Any]:
    answer = await house.as_(hat).post("/committees", json=AG | more)
    shown: dict[str, Any] = answer.raise_for_status().json()
    return shown


async def offered(house: House, unit: str, code: str = "ag_planung", **more: Any) -> str:
    """The address at which the unit can say whether it takes its seat."""
    draft = {"addressee": unit} | more
    answer = await house.as_(COORDINATION).post(f"/committees/{code}/seats", json=draft)
    return f"/committees/{code}/seats/{answer.raise_for_status().json()['id']}/memberships"


async def seen(house: House, code: str = "ag_planung", *hats: Hat) -> dict[str, Any]:
    shown: dict[str, Any] = (await house.as_(*hats).get(f"/committees/{code}")).json()
    return shown


async def codes_found(house: House, query: str, *hats: Hat) -> set[str]:
    items = (await house.as_(*hats).get(f"/committees?{query}")).raise_for_status().json()["items"]
    return {committee["code"] for committee in items}
