"""Records looked up are the session's own, whole, and as the row policies let the caller see."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.datahub.areas.model import Area
from services.datahub.areas.reading.files import read_json
from services.registry.requests.model import Request
from shared.access import Caller
from shared.authority import PAGE, Hat, Role
from shared.database import Sessions, speaking
from shared.lookup import all_with, among, one_with, with_id
from shared.rows import Statement, Visibility
from tests.datahub.lor import collection, take_in, town


def caller(unit: str = "06.jugendamt", role: Role = Role.LEAD) -> Caller:
    """Somebody who reads; nothing is owed."""
    return Caller("somebody", Hat(role, unit), PAGE["request.read"])


def columns(record: Statement) -> dict[str, Any]:
    """All that a record's row holds, surfaces as text."""
    table = record.__table__  # type: ignore[attr-defined]
    return {column.key: str(getattr(record, column.key)) for column in table.c}


@pytest.fixture
async def requests(sessions: dict[str, Sessions]) -> list[Request]:
    """Three internal requests of the Jugendamt, in the order in which they were made."""
    made = [
        Request(
            unit="06.jugendamt",
            addressee="06.sga",
            question=f"Frage {number}?",
            wished_by=date(2030, 1, 31),
            areas=["062004"],
            visibility=Visibility.UNIT,
        )
        for number in range(3)
    ]
    async with speaking(sessions["registry"], caller()) as session:
        session.add_all(made)
    return made


async def test_a_record_is_what_sqlalchemy_would_have_loaded(
    sessions: dict[str, Sessions], requests: list[Request]
) -> None:
    async with speaking(sessions["registry"], caller()) as session:
        found = await with_id(session, Request, requests[0].id)
        session.expunge_all()
        loaded = await session.get_one(Request, requests[0].id)

    assert found is not None
    assert found.model_dump() == loaded.model_dump() == requests[0].model_dump()


async def test_surfaces_come_as_sqlalchemy_would_have_loaded_them(
    sessions: dict[str, Sessions],
) -> None:
    await take_in(sessions["datahub"], read_json("town.geojson", "0" * 64, collection(town())))
    async with speaking(sessions["datahub"], caller()) as session:
        found = await all_with(session, Area, col(Area.key), ["06100101", "06100204"])
        read = [columns(area) for area in found]
        session.expunge_all()
        loaded = await session.scalars(
            select(Area)
            .where(among(col(Area.key), ["06100101", "06100204"]))
            .order_by(col(Area.id))
        )
        assert read == [columns(area) for area in loaded]

    assert len(read) == 2


async def test_a_record_looked_up_is_the_one_the_session_has_already(
    sessions: dict[str, Sessions], requests: list[Request]
) -> None:
    async with speaking(sessions["registry"], caller()) as session:
        first = await with_id(session, Request, requests[0].id)
        again = await one_with(session, Request, col(Request.question), "Frage 0?")
        loaded = await session.get(Request, requests[0].id)

    assert first is again is loaded


async def test_what_is_changed_in_it_is_written(
    sessions: dict[str, Sessions], requests: list[Request]
) -> None:
    async with speaking(sessions["registry"], caller()) as session:
        found = await with_id(session, Request, requests[0].id)
        assert found is not None
        found.purpose = "Schulplanung"
    async with speaking(sessions["registry"], caller()) as session:
        found = await with_id(session, Request, requests[0].id)

    assert found is not None
    assert found.purpose == "Schulplanung"


async def test_what_was_just_said_is_found(sessions: dict[str, Sessions]) -> None:
    new = Request(unit="06.sga", addressee="06.spk", question="?", wished_by=date(2030, 1, 31))
    async with speaking(sessions["registry"], caller("06.sga")) as session:
        session.add(new)
        assert await with_id(session, Request, new.id) is new


async def test_many_come_in_the_order_in_which_they_were_made(
    sessions: dict[str, Sessions], requests: list[Request]
) -> None:
    wanted = [request.id for request in reversed(requests)]
    async with speaking(sessions["registry"], caller()) as session:
        found = await all_with(session, Request, col(Request.id), [*wanted, uuid4()])
        none = await all_with(session, Request, col(Request.id), [])

    assert [request.id for request in found] == sorted(wanted)
    assert none == []


async def test_another_units_own_records_are_not_found(
    sessions: dict[str, Sessions], requests: list[Request]
) -> None:
    async with speaking(sessions["registry"], caller("06.sozialamt")) as session:
        assert await with_id(session, Request, requests[0].id) is None
        assert await all_with(session, Request, col(Request.unit), ["06.jugendamt"]) == []
