"""The districts: who they are, and where each attaches its OE SPK."""

from datetime import date

from services.registry.bodies.schema import AttachedTo, CoordinationSeatDraft
from shared.database import Sessions
from tests.house import House
from tests.registry.districts import a_district, a_seat


async def test_a_district_is_found_under_each_of_its_names(
    house: House, sessions: dict[str, Sessions]
) -> None:
    await a_district(sessions["registry"], aliases=["SZ"])
    await a_district(sessions["registry"], key="08", name="Neukölln")

    for words, key in (("SZ", "06"), ("steglitz zehlendorf", "06"), ("neukoelln", "08")):
        found = (await house.as_().get("/bodies", params={"q": words})).json()["items"]
        assert [body["key"] for body in found] == [key], words


async def test_a_district_shows_who_says_where_its_coordination_is_attached(
    house: House, sessions: dict[str, Sessions]
) -> None:
    await a_district(sessions["registry"])
    for year, to in ((2025, AttachedTo.MAYOR), (2019, AttachedTo.COUNCILLOR)):
        draft = CoordinationSeatDraft(as_of=date(year, 12, 17), attached_to=to, source="Konzept")
        await a_seat(sessions["registry"], draft)

    body = (await house.as_().get("/bodies/06")).json()

    assert body["unit"] == "be.senat"
    seats = body["coordination_seats"]
    assert [seat["attached_to"] for seat in seats] == ["councillor", "mayor"]
    assert {seat["unit"] for seat in seats} == {"06.bezirksamt"}


async def test_a_district_that_is_not_there_is_not_found(house: House) -> None:
    answers = [await house.as_().get(f"/bodies/{key}") for key in ("13", "6")]
    assert [answer.status_code for answer in answers] == [404, 422]
