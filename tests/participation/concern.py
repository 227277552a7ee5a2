"""Builders for items and what becomes of them; only what matters in a test is written there."""

from typing import Any

import httpx

from services.datahub.areas import actions as areas
from services.datahub.areas.reading.schematic import schematic
from services.datahub.commands import caller as geographer
from services.participation.clients.datahub import Datahub
from services.participation.clients.registry import Ledger
from services.participation.items.jobs import Finder
from services.participation.machine import MACHINE
from shared.authority import Hat, Role
from shared.database import Sessions, speaking
from tests.house import House
from tests.registry.ledger import a_decision, a_topic

AT = "/participation/v1"
SPK, SGA = "06.spk", "06.sga"
COORDINATION = Hat(Role.DISTRICT_COORDINATION, SPK)
OFFICE, LEAD = Hat(Role.SPECIALIST, SGA), Hat(Role.LEAD, SGA)
STATION = {"lon": 13.3085, "lat": 52.4096}
CONCERN = {
    "title": "Schlaglöcher am S-Bahnhof",
    "text": "Der Radweg am S-Bahnhof Lichterfelde Süd hat tiefe Schlaglöcher.",
    "topics": ["roads"],
    "point": STATION,
}
WORDS = {"text": "Der Belag wird im Frühjahr erneuert.", "outcome": "will_do"}
NOT_MINE = {"outcome": "not_mine", "reason": "Das ist Landessache.", "named_unit": "06.other"}
ACCEPTED = {"outcome": "accepted"}


def speaker(house: House, *hats: Hat, **headers: str) -> httpx.AsyncClient:
    """A client of participation."""
    return house.as_(*hats, at=AT, **headers)


async def an_item(house: House, *hats: Hat, link: str = "", **more: Any) -> dict[str, Any]:
    """An item of the public, or of whoever wears the hats; None leaves a field out."""
    headers = {"x-contribution-link": link} if link else {}
    draft = {name: value for name, value in (CONCERN | more).items() if value is not None}
    answer = await speaker(house, *hats, **headers).post("/items", json=draft)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def a_link(house: House) -> str:
    """The capability link of a first contribution."""
    answer = await speaker(house).post("/items", json=CONCERN)
    return answer.headers["x-contribution-link"]


async def a_routing(
    house: House,
    item: dict[str, Any],
    addressee: str = SGA,
    *,
    hat: Hat = COORDINATION,
    **more: Any,
) -> dict[str, Any]:
    """The coordination's proposal that an office takes the item on."""
    draft = {"addressee": addressee, "reason": "Straßen unterhält das SGA."} | more
    answer = await speaker(house, hat).post(f"/items/{item['id']}/routings", json=draft)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def a_reply(
    house: House, routing: dict[str, Any], said: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The reply of the proposed office; that it accepts, unless told otherwise."""
    client = speaker(house, Hat(Role.SPECIALIST, routing["addressee"]))
    answer = await client.post(f"/routings/{routing['id']}/replies", json=said or ACCEPTED)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def accepted(house: House, item: dict[str, Any], unit: str = SGA) -> dict[str, Any]:
    """A proposal that the office has accepted."""
    routing = await a_routing(house, item, unit)
    await a_reply(house, routing)
    return routing


async def an_answer(
    house: House, item: dict[str, Any], unit: str = SGA, **more: Any
) -> dict[str, Any]:
    """The draft of an office that has accepted the item, with its `etag`."""
    client = speaker(house, Hat(Role.SPECIALIST, unit))
    answer = await client.post(f"/items/{item['id']}/answers", json=WORDS | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()) | {"etag": answer.headers["etag"]}


async def published(house: House, answer: dict[str, Any], version: int = 1) -> dict[str, Any]:
    """The answer once its lead has published a version."""
    done = await speaker(house, Hat(Role.LEAD, answer["unit"])).post(
        f"/answers/{answer['id']}/publication",
        json={"version": version},
        headers={"if-match": answer["etag"]},
    )
    assert done.status_code == 201, done.text
    return dict(done.json()) | {"etag": done.headers["etag"]}


async def status(house: House, item: dict[str, Any], *hats: Hat, **headers: str) -> dict[str, Any]:
    """Where an item stands, as its reader is told."""
    answer = await speaker(house, *hats, **headers).get(f"/items/{item['id']}/status")
    return dict(answer.raise_for_status().json())


async def read(house: House, item: dict[str, Any], *hats: Hat, **headers: str) -> dict[str, Any]:
    """The item as its reader is shown it."""
    answer = await speaker(house, *hats, **headers).get(f"/items/{item['id']}")
    return dict(answer.raise_for_status().json())


def finder(house: House, sessions: Sessions) -> Finder:
    """What finds out about items in a house: the real gate, data hub and registry answer it."""
    client = house.as_(MACHINE, at="")
    return Finder(sessions, Datahub(client), Ledger(client))


async def with_areas(house: House) -> None:
    """Load the schematic areas of the district."""
    who = geographer()
    async with speaking(house.services["datahub"].state.sessions, who) as session:
        await areas.take_in(session, who, schematic())


async def with_ledger(house: House) -> None:
    """Let the Bezirksamt have decided that the SGA is responsible for roads."""
    await a_topic(house, "roads")
    await a_decision(house, SGA, topic="roads")
