"""Builders for the topic tree and the ledger; only what matters in a test is written there."""

from typing import Any
from uuid import uuid4

from shared.authority import Hat, Role
from tests.house import House

BEZIRKSAMT, SGA, WIRTSCHAFT = "06.bezirksamt", "06.sga", "06.wirtschaftsfoerderung"
BOARD = Hat(Role.EXECUTIVE, BEZIRKSAMT)
KEEPER = Hat(Role.STEWARD, BEZIRKSAMT)
SGA_LEAD = Hat(Role.LEAD, SGA)
DISTRICT, REGION, PLACE = "06", "062004", "06200419"


def a_code() -> str:
    """A code that no other topic has."""
    return f"t{uuid4().hex[:12]}"


async def a_topic(
    house: House, code: str = "roads", *, hat: Hat = KEEPER, **more: Any
) -> dict[str, Any]:
    """A topic in the tree, as it is shown, with its `etag`."""
    draft = {"code": code, "name": "Straßen", "name_en": "Roads"} | more
    answer = await house.as_(hat).post("/topics", json=draft)
    shown: dict[str, Any] = answer.raise_for_status().json()
    return shown | {"etag": answer.headers["etag"]}


def said(topic: str = "roads", **more: Any) -> dict[str, Any]:
    """What a confirmation says; a decision names a `holder`, too."""
    draft = {"topic": topic, "area": DISTRICT, "level": "lead", "since": "2020-01-01"}
    return draft | {"basis": "Geschäftsverteilung"} | more


async def a_decision(
    house: House, holder: str = SGA, *, hat: Hat = BOARD, **more: Any
) -> dict[str, Any]:
    """The Bezirksamt's decision that a unit is responsible."""
    draft = said(**more) | {"holder": holder}
    answer = await house.as_(hat).post("/responsibilities/decisions", json=draft)
    return dict(answer.raise_for_status().json())


async def a_confirmation(house: House, unit: str = SGA, **more: Any) -> dict[str, Any]:
    """A unit's own word that it is responsible."""
    client = house.as_(Hat(Role.LEAD, unit))
    answer = await client.post("/responsibilities/confirmations", json=said(**more))
    return dict(answer.raise_for_status().json())


async def a_proposal(
    house: House, addressee: str = SGA, *, unit: str = "06.spk", **more: Any
) -> dict[str, Any]:
    """The coordination's proposal that a unit be responsible."""
    draft = {"topic": "roads", "area": DISTRICT, "addressee": addressee, "reason": "Liegt nahe."}
    client = house.as_(Hat(Role.DISTRICT_COORDINATION, unit))
    answer = await client.post("/responsibilities/proposals", json=draft | more)
    return dict(answer.raise_for_status().json())


async def looked_up(house: House, **more: Any) -> dict[str, Any]:
    """Who is responsible, as everybody reads it."""
    asked = {"topic": "roads", "area": PLACE, "on": "2026-01-01"} | more
    answer = await house.as_().get("/responsibilities/lookup", params=asked)
    return dict(answer.raise_for_status().json())
