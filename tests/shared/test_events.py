"""The feed tells what was done, in the order in which it became true, and skips nothing."""

from collections.abc import Callable

from shared.database import Sessions
from tests.conftest import login
from tests.house import COORDINATION, JUGENDAMT, House

NOTED = """INSERT INTO journal
    (request_id, role, unit, act, resource_type, resource_id, said, visibility, shared_with)
    VALUES ('', 'lead', '06.x', %s, 'request', gen_random_uuid(), '{}', 'public', '{}')"""


async def test_everybody_reads_what_is_public_and_staff_what_is_internal(
    own_sessions: Callable[[str], dict[str, Sessions]],
) -> None:
    house = House(own_sessions("registry"))
    await house.a_request("06.spk", "06.jugendamt")
    await house.a_request("06.spk", "06.jugendamt", visibility="internal")

    seen = [
        (await client.get("/events")).json()["events"]
        for client in (house.as_(), house.as_(JUGENDAMT))
    ]

    assert [len(events) for events in seen] == [1, 2]
    event = seen[0][0]
    assert event["type"] == "de.kiezknoten.request.make"
    assert event["source"] == "/registry/v1"
    assert event["unit"] == "06.spk"
    assert event["data"]["said"]["addressee"] == "06.jugendamt"


async def test_a_reader_resumes_where_it_stopped(
    own_sessions: Callable[[str], dict[str, Sessions]],
) -> None:
    house = House(own_sessions("registry"))
    made = [await house.a_request("06.spk", "06.jugendamt") for _ in range(3)]
    client, cursor, seen = house.as_(COORDINATION), None, []

    for _ in range(4):
        asked = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        feed = (await client.get("/events", params=asked)).json()
        seen += [event["subject"].removeprefix("request/") for event in feed["events"]]
        cursor = feed["next"]

    assert seen == made


async def test_what_commits_late_is_not_skipped(
    own_database: Callable[[str], str], own_sessions: Callable[[str], dict[str, Sessions]]
) -> None:
    """The early number commits after the late one: paging by number alone would lose it."""
    house = House(own_sessions("registry"))
    database = own_database("registry")
    reader = house.as_()

    with (
        login(database, "registry_service") as slow,
        login(database, "registry_service") as quick,
    ):
        for connection in (slow, quick):
            connection.execute("SELECT set_config('kiez.unit', '06.x', true)")
        slow.execute(NOTED, ["early.number"])
        quick.execute(NOTED, ["late.number"])
        quick.commit()
        first = (await reader.get("/events")).json()
        slow.commit()
    second = (await reader.get("/events", params={"cursor": first["next"]})).json()

    told = [event["data"]["act"] for event in first["events"] + second["events"]]
    assert sorted(told) == ["early.number", "late.number"]


async def test_a_cursor_of_another_list_is_refused(house: House) -> None:
    answer = await house.as_().get("/events", params={"cursor": "WyJSZXF1ZXN0Iix7fV0"})
    assert answer.status_code == 400
