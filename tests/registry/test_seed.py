"""The seed: what the documents name is there, found under each name, said by the right unit."""

import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from pydantic import ValidationError
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from deploy.local.postgres import Cluster
from services.registry.actors.rules import CATEGORIES
from services.registry.commands import registry
from services.registry.seed.garden import PLANTERS, seed
from services.registry.seed.planting import DATA, Planted
from shared.database import Sessions, engine_on, sessions_on
from shared.journal import JOURNAL
from shared.names import folded
from tests.conftest import a_database, admin, url
from tests.house import House

pytestmark = pytest.mark.xdist_group("seed")
FILES = {planter.name: planter.read() for planter in PLANTERS}
# Bodies, offices and committees of the documents, and who else they say acts (inventory).
NAMED = {f"O{n:02}" for n in range(1, 45)} | {f"C{n:02}" for n in range(1, 27)}
NAMED |= {f"E{n:02}" for n in range(1, 17)}


def nothing(title: str, lines: int) -> Callable[[], None]:
    return lambda: None


async def plant(sessions: dict[str, Sessions], folder: Path = DATA) -> dict[str, Planted]:
    return {title: each async for title, each in seed(sessions["registry"], nothing, folder)}


def run(database: str) -> Result:
    """`kiezknoten seed` on a database."""
    address = url(database, "registry_service")
    return CliRunner().invoke(registry, [], env={"REGISTRY_DATABASE_URL": address})


@pytest.fixture(scope="module")
def filled(cluster: Cluster) -> Iterator[str]:
    """A registry that was seeded; nobody writes to it afterwards."""
    with a_database("registry") as database:
        done = run(database)
        assert done.exit_code == 0, done.output
        yield database


@pytest.fixture
async def seeded(filled: str) -> AsyncIterator[httpx.AsyncClient]:
    """The public, before a registry that was seeded."""
    engine = engine_on(url(filled, "registry_service"))
    yield House({"registry": sessions_on(engine)}).as_()
    await engine.dispose()


def searches() -> Iterator[tuple[str, str, list[str], Any]]:
    """Where to look, what marks the right answer, under which names, and the line itself."""
    for body in FILES["bodies"].bodies:
        yield "/bodies", body.key, body.names, body
    for unit in FILES["units"].units:
        yield "/units", unit.code, unit.names, unit
    for term in (*FILES["units"].kinds, *FILES["units"].levels):
        yield "/units/designations", term.code, term.names, term
    for topic in FILES["topics"].topics:
        yield "/topics", topic.code, topic.names, topic
    for committee in FILES["committees"].committees:
        yield "/committees", committee.code, committee.names, committee
    for actor in FILES["actors"].actors:
        yield "/actors", actor.name, actor.names, actor


async def found(public: httpx.AsyncClient, path: str, words: str) -> set[str]:
    """What a search finds, by code, key or name."""
    answer = await public.get(path, params={"q": words, "limit": 1000})
    items = answer.raise_for_status().json()["items"]
    return {item.get("code") or item.get("key") or item["name"] for item in items}


async def test_everything_is_found_under_each_of_its_names(seeded: httpx.AsyncClient) -> None:
    lost = [
        (path, mark, name)
        for path, mark, names, _ in searches()
        for name in names
        if mark not in await found(seeded, path, name)
    ]
    assert lost == []


async def test_every_unit_is_found_by_somebody_without_umlauts(seeded: httpx.AsyncClient) -> None:
    lost = [
        unit.code
        for unit in FILES["units"].units
        if unit.code not in await found(seeded, "/units", folded(unit.name))
    ]
    assert lost == []
    assert await found(seeded, "/units", "strassen- und gruenflaechenamt") == {"06.sga"}


async def test_a_class_of_units_is_found_with_its_members(seeded: httpx.AsyncClient) -> None:
    offices = {unit.code for unit in FILES["units"].units if unit.kind == "office"}
    for words in ("Fachamt", "Fachämter", "FÄ", "Fachverwaltungen"):
        assert offices <= await found(seeded, "/units", words), words


def test_what_the_inventory_names_stands_in_the_seed() -> None:
    said = {number for *_, line in searches() for number in line.inventory}
    said |= {number for line in FILES["actors"].categories for number in line.inventory}
    said |= set(FILES["bodies"].inventory)
    assert NAMED - said == set()


async def test_the_categories_of_actors_bear_the_names_of_the_documents(
    seeded: httpx.AsyncClient,
) -> None:
    shown = (await seeded.get("/actors/categories")).json()["items"]
    told = {item["code"]: [item["name"], *item["aliases"]] for item in shown}
    assert told == {line.code.value: line.names for line in FILES["actors"].categories}
    assert set(told) == set(CATEGORIES)


async def test_five_districts_attach_at_the_mayor_and_four_at_a_councillor(
    seeded: httpx.AsyncClient,
) -> None:
    """Abb. 2 of the Strukturkonzept lists nine; Steglitz-Zehlendorf is not among them."""
    bodies = (await seeded.get("/bodies")).json()["items"]
    listed = [body for body in bodies if not body["coordination_seats"][0]["being_set_up"]]

    attached = Counter(body["coordination_seats"][0]["attached_to"] for body in listed)

    assert len(bodies) == 12
    assert attached == {"mayor": 5, "councillor": 4, None: 2}


async def test_every_row_is_said_by_whose_word_it_is(seeded: httpx.AsyncClient) -> None:
    units = (await seeded.get("/units", params={"limit": 1000})).json()["items"]
    keepers = {"06": "06.bezirksamt", "be": "be.senat"}
    assert all(unit["unit"] == keepers[unit["body"]] for unit in units)

    decided = (await seeded.get("/responsibilities", params={"limit": 1000})).json()["items"]
    assert len(decided) == len(FILES["responsibilities"].responsibilities)
    assert {each["unit"] for each in decided} == {"06.bezirksamt"}

    committees = (await seeded.get("/committees", params={"limit": 1000})).json()["items"]
    told = {line.code: line for line in FILES["committees"].committees}
    for each in committees:
        convener = told[each["code"]].convened_by
        assert convener in (None, each["unit"])
        assert each["imported"] is (convener is None)
        assert {seat["standing"] for seat in each["seats"]} <= {"invited"}
        assert len(each["seats"]) == len(told[each["code"]].seats)


async def test_the_tree_is_the_one_of_the_documents(seeded: httpx.AsyncClient) -> None:
    spk = (await seeded.get("/units/06.spk")).json()

    assert spk["parent"] == "06.abt_jugend_gesundheit"
    assert spk["discussed_parents"] == ["06.buergermeister"]
    elements = ["bezirkskoordination", "datenkoordination", "stadtteilkoordination"]
    assert spk["children"] == [f"06.{each}" for each in elements]
    tops = (await seeded.get("/units/tree", params={"body": "06"})).json()["units"]
    assert [top["code"] for top in tops] == ["06.bezirksamt", "06.bvv"]


async def test_a_second_run_writes_nothing(sessions: dict[str, Sessions]) -> None:
    async def deeds() -> int:
        async with sessions["registry"]() as session:
            return await session.scalar(select(func.count()).select_from(JOURNAL)) or 0

    first = await plant(sessions)
    before = await deeds()
    second = await plant(sessions)

    assert before > sum(each.new for each in first.values()) > 200
    assert await deeds() == before
    for title, each in first.items():
        assert (each.kept, second[title]) == (0, Planted(0, each.new)), title


async def test_what_a_seed_that_was_cut_off_left_out_is_added(
    sessions: dict[str, Sessions], tmp_path: Path
) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    whole = {name: yaml.safe_load((tmp_path / f"{name}.yaml").read_text()) for name in FILES}
    cut = whole["units"] | {"units": [u | {"aliases": []} for u in whole["units"]["units"][:-2]]}
    for unit in cut["units"]:
        unit.pop("dated_names", None)
    (tmp_path / "units.yaml").write_text(yaml.safe_dump(cut))

    await plant(sessions, tmp_path)
    added = await plant(sessions)

    assert added["Einheiten"].new == 2
    public = House(sessions).as_()
    assert "06.sga" in await found(public, "/units", "SGA")


async def test_a_file_that_is_wrong_stops_the_seed_before_anything_is_written(
    sessions: dict[str, Sessions], tmp_path: Path
) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "committees.yaml"
    path.write_text(path.read_text().replace("kind: advisory_board", "kind: parliament"))

    with pytest.raises(ValidationError, match="parliament"):
        await plant(sessions, tmp_path)

    async with sessions["registry"]() as session:
        assert await session.scalar(select(func.count()).select_from(JOURNAL)) == 0


def test_the_command_says_what_it_did(filled: str, own_database: Callable[[str], str]) -> None:
    again, first = run(filled), run(own_database("registry"))

    assert "Bezirke: 24 neu, 0 schon da" in first.output
    assert "Nothing new; nothing written." not in first.output
    assert "Bezirke: 0 neu, 24 schon da" in again.output
    assert "Nothing new; nothing written." in again.output
    with admin(filled) as eyes:
        assert eyes.execute("SELECT DISTINCT request_id FROM journal").fetchall() == [("seed",)]
