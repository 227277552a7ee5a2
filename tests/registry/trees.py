"""Builders for the organisation tree of district 06, kept by its Bezirksamt."""

from typing import Any

from httpx import Response

from shared.authority import Hat, Role
from tests.house import House

KEEPER = Hat(Role.STEWARD, "06.bezirksamt")


async def a_unit(house: House, code: str, name: str, **more: Any) -> Response:
    """A unit of district 06, entered by the Bezirksamt's steward."""
    draft = {"code": f"06.{code}", "kind": "office", "name": name} | more
    return (await house.as_(KEEPER).post("/units", json=draft)).raise_for_status()


async def move(house: House, code: str, parent: str | None, since: str) -> Response:
    draft = {"parent": parent and f"06.{parent}", "since": since}
    return await house.as_(KEEPER).post(f"/units/06.{code}/attachments", json=draft)


async def a_tree(house: House) -> None:
    """A Bezirksamt, a department, the mayor, and the OE SPK with two of its elements."""
    await a_unit(house, "bezirksamt", "Bezirksamt", kind="district_office")
    await a_unit(house, "abteilung", "Abteilung", kind="department", parent="06.bezirksamt")
    await a_unit(house, "buergermeister", "Bürgermeisterin", kind="mayor", parent="06.bezirksamt")
    await a_unit(house, "spk", "OE SPK", kind="coordination", parent="06.abteilung")
    for each in ("bezirkskoordination", "datenkoordination"):
        await a_unit(house, each, each.capitalize(), kind="coordination", parent="06.spk")


async def seen(house: House, **asked: str) -> list[str]:
    """The codes that the public finds, without their district."""
    answer = (await house.as_().get("/units", params=asked)).raise_for_status()
    return [unit["code"].removeprefix("06.") for unit in answer.json()["items"]]
