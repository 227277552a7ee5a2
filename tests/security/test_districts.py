"""Two districts in one house: nothing crosses, neither writing nor reading."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.contracts import Operation, committed
from shared.authority import STAFF, Hat, Role
from tests.conftest import undone
from tests.house import House
from tests.participation.concern import STATION
from tests.security.scenes import Cast, scene_of
from tests.security.test_matrix import wrong

WRITING = [each for each in committed() if each.method != "GET"]
LISTS = sorted({each.template for each in committed() if each.method == "GET"})
SECRET = "Vertraulichsache"
ANSWER = {"text": f"{SECRET} wird geprüft.", "outcome": "will_do"}
HERE, THERE = "05", "06"
SPEAK = text("SELECT set_config('kiez.unit', :unit, true), set_config('kiez.staff', :staff, true)")


@pytest.mark.parametrize("operation", WRITING, ids=lambda each: f"{each.method} {each.template}")
async def test_no_hat_of_another_district_writes_here(
    house: House, connections: dict[str, AsyncConnection], operation: Operation
) -> None:
    otherwise = {}
    for role in sorted(operation.act.roles - {Role.PUBLIC, Role.CITIZEN}):
        async with undone(connections):
            stranger = Hat(role, "05.mine", ("052004",))
            cast = Cast(house, stranger, own=False)
            otherwise[role] = await wrong(operation, cast, await scene_of(operation, cast))

    assert {role: what for role, what in otherwise.items() if what} == {}


class District:
    """A district's people, and what they and a resident say among themselves."""

    def __init__(self, house: House, key: str) -> None:
        self.house, self.key = house, key
        self.addresses: list[str] = []

    def hat(self, role: Role, unit: str) -> Any:
        return self.house.as_(Hat(role, f"{self.key}.{unit}", (f"{self.key}2004",)), at="")

    async def says(self, client: Any, address: str, **body: Any) -> dict[str, Any]:
        """Something for inside the district; where it can be read is remembered."""
        answer = await client.post(address, json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        self.addresses.append(f"{address}/{made.get('code', made['id'])}")
        return made

    async def is_busy(self) -> None:
        """Everything that can be internal is said once."""
        spk = self.hat(Role.DISTRICT_COORDINATION, "spk")
        office, lead = self.hat(Role.SPECIALIST, "amt"), self.hat(Role.LEAD, "amt")
        inside = {"visibility": "internal", "areas": [f"{self.key}200419"]}
        registry, said = "/registry/v1", "/participation/v1/items"
        asked = {"addressee": f"{self.key}.amt", "question": SECRET, "wished_by": "2030-01-31"}
        request = await self.says(spk, f"{registry}/requests", **asked, **inside)
        await self.replies(lead, f"{registry}/requests/{request['id']}/replies")
        await self.says(
            spk,
            f"{registry}/committees",
            code=f"ag_{self.key}",
            name=SECRET,
            kind="working_group",
            body=self.key,
            **inside,
        )
        actor = {"name": SECRET, "category": "initiatives"}
        await self.says(spk, f"{registry}/actors/listings", **actor, **inside)
        self.addresses[-1] = self.addresses[-1].replace("/listings", "")
        words = {"title": SECRET, "text": SECRET, "topics": ["roads"], **inside}
        resident = self.house.as_(at="")
        for author, address, more in (
            (resident, said, {}),
            (office, f"{said}/records", {"channel": "phone"}),
        ):
            item = await self.says(author, address, **words, **more)
            self.addresses[-1] = f"{said}/{item['id']}"
            await self.is_answered(item["id"], spk, lead)

    async def replies(self, lead: Any, address: str) -> None:
        """A reply is as internal as what it replies to."""
        (
            await lead.post(address, json={"outcome": "accepted", "reason": SECRET})
        ).raise_for_status()

    async def is_answered(self, item: str, spk: Any, lead: Any) -> None:
        """A proposal, its acceptance, an answer, a summary: as internal as the item."""
        at = "/participation/v1"
        asked = {"addressee": f"{self.key}.amt", "reason": SECRET}
        routing = await spk.post(f"{at}/items/{item}/routings", json=asked)
        assert routing.status_code == 201, routing.text
        replied = f"{at}/routings/{routing.json()['id']}/replies"
        (await lead.post(replied, json={"outcome": "accepted"})).raise_for_status()
        drafted = (await lead.post(f"{at}/items/{item}/answers", json=ANSWER)).raise_for_status()
        answer = f"{at}/answers/{drafted.json()['id']}"
        tag = (await lead.get(answer)).headers["etag"]
        published = await lead.post(
            f"{answer}/publication", json={"version": 1}, headers={"if-match": tag}
        )
        assert published.status_code in {200, 201}, published.text
        summed = await spk.post(f"{at}/items/{item}/summaries", json={"text": SECRET})
        assert summed.status_code == 201, summed.text


@pytest.fixture(params=[(HERE, THERE), (THERE, HERE)], ids=["05", "06"])
async def busy(house: House, request: pytest.FixtureRequest) -> tuple[District, str]:
    """A district that has said much among itself, and the key of the other."""
    key, other = request.param
    district = District(house, key)
    await district.is_busy()
    return district, other


async def test_what_is_internal_is_read_at_home_and_in_no_list_or_record_elsewhere(
    house: House, busy: tuple[District, str]
) -> None:
    district, other = busy
    assert len(district.addresses) == 5
    for role in sorted(STAFF):
        at_home, stranger = (
            house.as_(Hat(role, f"{key}.other", (f"{key}2004",)), at="")
            for key in (district.key, other)
        )
        for address in district.addresses:
            assert (await at_home.get(address)).status_code == 200, address
            assert (await stranger.get(address)).status_code == 404, address
    stranger = house.as_(Hat(Role.LEAD, f"{other}.other"), at="")
    for address in (each for each in LISTS if "{" not in each):
        assert SECRET not in (await stranger.get(address)).text, address


@pytest.mark.parametrize(
    "address",
    [
        f"/participation/v1/items?q={SECRET}&count=exact",
        f"/registry/v1/actors?q={SECRET}&count=exact",
        f"/registry/v1/committees?q={SECRET}&count=exact",
        "/registry/v1/requests?addressee={key}.amt&count=exact",
    ],
)
async def test_counting_and_searching_tell_another_district_nothing(
    house: House, busy: tuple[District, str], address: str
) -> None:
    district, other = busy
    asked = address.format(key=district.key)

    found = {
        key: (await house.as_(Hat(Role.LEAD, f"{key}.other"), at="").get(asked)).json()
        for key in (district.key, other)
    }
    assert found[district.key]["total"] > 0
    assert (found[other]["total"], found[other]["items"]) == (0, [])


TABLES = "SELECT tablename FROM pg_policies WHERE policyname = 'reads' ORDER BY 1"


async def strange(connection: AsyncConnection, unit: str, district: str) -> set[str]:
    """The tables in which staff of `unit` reads what `district` does not say in public."""
    found = set()
    async with connection.begin_nested() as savepoint:
        await connection.execute(SPEAK, {"unit": unit, "staff": "yes"})
        for (table,) in (await connection.execute(text(TABLES))).all():
            statement = text(
                f"SELECT count(*) FROM \"{table}\" WHERE visibility <> 'public' "
                "AND (unit LIKE :theirs OR unit LIKE 'link:%' OR shared_with @> ARRAY[:district])"
            )
            given = {"theirs": f"{district}.%", "district": district}
            if await connection.scalar(statement, given):
                found.add(table)
        await savepoint.rollback()
    return found


async def test_no_table_shows_another_district_what_is_internal(
    connections: dict[str, AsyncConnection], busy: tuple[District, str]
) -> None:
    district, other = busy
    at_home, elsewhere = set(), set()
    for connection in connections.values():
        at_home |= await strange(connection, f"{district.key}.other", district.key)
        elsewhere |= await strange(connection, f"{other}.other", district.key)

    assert elsewhere == set()
    assert at_home >= {"request", "reply", "committee", "actor", "item", "wording", "routing"} | {
        "routing_reply",
        "answer",
        "answer_version",
        "summary",
        "journal",
    }


SAY = text(
    """INSERT INTO request (id, unit, visibility, shared_with, created_at, modified_at, addressee,
        question, purpose, areas, topics, wished_by)
    VALUES (gen_random_uuid(), :unit, :visibility, :shared, now(), now(), 'x.y', '?', '', '{}',
        '{}', '2030-01-31')"""
)


@pytest.mark.parametrize(
    ("said", "readers"),
    [
        # unit, visibility, shared with; and who of these reads it besides the unit itself
        (("05.amt", "public", []), "05 06 be partner public"),
        (("05.amt", "internal", []), "05"),
        (("05.amt", "unit", []), ""),
        (("05.amt", "internal", ["06.jugendamt"]), "05 06"),
        (("05.amt", "unit", ["06.jugendamt"]), "06"),
        (("05.amt", "internal", ["06.traeger"]), "05 partner"),
        # The Senate's internal records are for every district, but no district's for the Senate.
        (("be.senat", "internal", []), "05 06 be"),
        (("be.senat", "unit", []), ""),
        # A resident is of no district; what is not for the public is shared with one.
        (("link:abc", "internal", []), ""),
        (("link:abc", "internal", ["06"]), "06"),
        (("link:abc", "unit", ["06"]), "06"),
        # A name that only begins alike is another district's.
        (("06x.amt", "internal", []), ""),
        (("06", "internal", []), "06"),
    ],
)
async def test_who_reads_a_row_is_told_by_its_unit_and_with_whom_it_is_shared(
    connections: dict[str, AsyncConnection], said: tuple[str, str, list[str]], readers: str
) -> None:
    database = connections["registry"]
    unit, visibility, shared = said
    callers = {
        "05": ("05.jugendamt", "yes"),
        "06": ("06.jugendamt", "yes"),
        "be": ("be.statistik", "yes"),
        "partner": ("06.traeger", ""),
        "public": ("", ""),
    }
    await database.execute(SPEAK, {"unit": unit, "staff": ""})
    await database.execute(SAY, {"unit": unit, "visibility": visibility, "shared": shared})

    found = []
    for name, (caller, staff) in callers.items():
        await database.execute(SPEAK, {"unit": caller, "staff": staff})
        if await database.scalar(text("SELECT count(*) FROM request")):
            found.append(name)

    assert found == readers.split()


async def test_words_taken_back_are_their_authors_alone(house: House) -> None:
    resident = house.as_(at="/participation/v1")
    words = {"title": SECRET, "text": SECRET, "visibility": "internal", "areas": ["062004"]}
    made = await resident.post("/items", json=words)
    link = {"x-contribution-link": made.headers["x-contribution-link"]}
    address = f"/items/{made.json()['id']}"
    staff = house.as_(Hat(Role.LEAD, "06.amt"), at="/participation/v1")
    assert SECRET in (await staff.get(address)).text

    (await resident.post(f"{address}/withdrawal", headers=link)).raise_for_status()

    assert SECRET not in (await staff.get(address)).text
    assert SECRET in (await resident.get(address, headers=link)).text


async def test_who_names_no_area_reaches_the_district_it_was_said_in(house: House) -> None:
    words = {"title": SECRET, "text": SECRET, "visibility": "internal", "point": STATION}
    made = await house.as_(at="/participation/v1").post("/items", json=words)
    address = f"/participation/v1/items/{made.json()['id']}"

    for key, status in (("06", 200), ("05", 404)):
        answer = await house.as_(Hat(Role.LEAD, f"{key}.amt"), at="").get(address)
        assert answer.status_code == status
