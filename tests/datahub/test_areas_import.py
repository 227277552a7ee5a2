"""The import: each file whole or not at all, once, and the better source wins."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from typer.testing import CliRunner, Result

from services.datahub.areas import actions
from services.datahub.areas.reading.files import read_json
from services.datahub.areas.reading.piece import Reading
from services.datahub.areas.reading.schematic import schematic
from services.datahub.commands import areas, caller, load
from shared.access import Caller
from shared.authority import Hat, Role
from shared.database import Sessions, engine_on, sessions_on, speaking
from shared.problems import NotYours
from tests.conftest import admin, url
from tests.datahub.lor import collection, feature, regions, square, take_in, town, written

Database = Callable[[str], str]
STATE = "SELECT count(*), max(modified_at), (SELECT count(*) FROM journal) FROM area"
SAID = """SELECT key, name, precision, source_file, geometry_file FROM area ORDER BY key"""


def imported(database: str, *arguments: str | Path) -> Result:
    address = {"DATAHUB_DATABASE_URL": url(database, "datahub_service")}
    return CliRunner().invoke(areas, [str(each) for each in arguments], env=address)


def rows(database: str, statement: str) -> list[tuple[object, ...]]:
    with admin(database) as eyes:
        return eyes.execute(statement.encode()).fetchall()


def a_reading(file: str, *, name: str = "Fichtenberg", simplified: bool = False) -> Reading:
    document = collection([feature("06100101", name, square(0))])
    return read_json(f"{'simplified_' * simplified}{file}_2021.geojson", file, document)


def test_an_import_says_what_it_found_and_a_second_writes_nothing(
    own_database: Database, tmp_path: Path
) -> None:
    database = own_database("datahub")
    files = [
        written(tmp_path, "a_plr_2021.geojson", collection(town())),
        written(tmp_path, "b_bzr_2021.geojson", collection(regions())),
    ]

    first = imported(database, "import", *files)
    before = rows(database, STATE)
    second = imported(database, "import", *files)
    third = imported(database, "import", "--again", *files)

    assert first.exit_code == second.exit_code == third.exit_code == 0, first.output
    assert "LOR 2021, 3 PLR; 3 genaue Flächen; 3 geschrieben" in first.output
    assert "3 statt 542 Gebiete (planning_area)" in first.output
    assert second.output.count("nichts geschrieben") == 2
    assert third.output.count("; 0 geschrieben") == 2
    assert before[0][0] == 5
    assert rows(database, "SELECT max(modified_at) FROM area")[0][0] == before[0][1]


def test_regions_are_read_before_the_areas_that_they_judge(
    own_database: Database, tmp_path: Path
) -> None:
    wrong = feature("06100102", "Falsch", square(2))
    files = [
        written(tmp_path, "a_plr_2021.geojson", collection([*town()[:2], wrong])),
        written(tmp_path, "b_bzr_2021.geojson", collection(regions())),
    ]

    done = imported(own_database("datahub"), "import", *files)

    assert "Nr. 3: Der Schlüssel 06100102 kommt 2-mal vor; dieses Gebiet „Falsch“" in done.output
    assert "liegt in 061002." in done.output


def test_a_broken_file_is_refused_and_the_others_are_kept(
    own_database: Database, tmp_path: Path
) -> None:
    database = own_database("datahub")
    broken = tmp_path / "broken_2021.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": [')
    good = written(tmp_path, "good_2021.geojson", collection(town()))

    done = imported(database, "import", broken, good)

    assert done.exit_code == 1
    assert "✗ broken_2021.geojson: Das JSON ist in Zeile 1" in done.output
    assert rows(database, "SELECT count(*) FROM area") == [(3,)]


def test_a_crash_in_the_middle_leaves_nothing_half(own_database: Database, tmp_path: Path) -> None:
    database = own_database("datahub")
    with admin(database) as eyes:
        eyes.execute(
            """CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql
               AS $$ BEGIN RAISE EXCEPTION 'crash'; END $$;
               CREATE TRIGGER crash BEFORE INSERT ON area FOR EACH ROW
               WHEN (NEW.key = '06100204') EXECUTE FUNCTION crash()"""
        )
    files = [
        written(tmp_path, "plr_2021.geojson", collection(town())),
        written(tmp_path, "bzr_2021.geojson", collection(regions())),
    ]

    done = imported(database, "import", *files)

    assert done.exit_code == 1
    assert "✗ plr_2021.geojson: Die Datenbank nimmt das nicht an" in done.output
    assert rows(database, "SELECT key FROM area ORDER BY key") == [("061001",), ("061002",)]
    assert rows(database, "SELECT file FROM intake") == [("bzr_2021.geojson",)]

    with admin(database) as eyes:
        eyes.execute("DROP TRIGGER crash ON area")
    assert imported(database, "import", *files).exit_code == 0
    assert rows(database, "SELECT count(*) FROM area") == [(5,)]


def test_a_version_that_cannot_be_told_is_asked_for(own_database: Database, tmp_path: Path) -> None:
    database = own_database("datahub")
    file = written(tmp_path, "bezirke.geojson", collection([feature("06", "X", square(0))]))

    refused = imported(database, "import", file)
    told = imported(database, "import", "--version", "2006", file)

    assert refused.exit_code == 1
    assert "Bitte mit --version angeben" in refused.output
    assert told.exit_code == 0
    assert rows(database, "SELECT lor_version FROM area") == [("2006",)]


def test_without_files_the_command_says_what_it_needs(own_database: Database) -> None:
    done = imported(own_database("datahub"), "import")
    assert done.exit_code == 2
    assert "Bitte Dateien nennen" in done.output


def test_the_schematic_district_is_loaded_only_where_there_is_nothing(
    own_database: Database, tmp_path: Path
) -> None:
    database = own_database("datahub")

    first = imported(database, "schematic")
    second = imported(database, "schematic")
    imported(database, "import", written(tmp_path, "plr_2021.geojson", collection(town())))

    assert "57 schematische Flächen; 57 geschrieben" in first.output
    assert "Es sind schon Gebiete der LOR-Version 2021 geladen" in second.output
    assert rows(database, "SELECT key FROM area WHERE precision = 'full' ORDER BY key") == [
        ("06100101",),
        ("06100102",),
        ("06100204",),
    ]
    assert rows(database, "SELECT count(*) FROM area") == [(57,)]


async def test_a_simplified_surface_does_not_replace_the_official_one(
    sessions: dict[str, Sessions],
) -> None:
    await take_in(sessions["datahub"], a_reading("full"))

    taken = await take_in(sessions["datahub"], a_reading("rough", simplified=True))

    assert taken.intake.written == 0
    assert taken.intake.findings[-1]["sentence"] == (
        "Für 1 Gebiete ist schon eine genauere Fläche geladen."
    )
    async with sessions["datahub"]() as session:
        assert (await session.execute(text(SAID))).one().geometry_file == "full_2021.geojson"


@pytest.mark.parametrize("order", ["rough full", "full rough"])
async def test_the_better_surface_wins_in_any_order(
    sessions: dict[str, Sessions], order: str
) -> None:
    for file in order.split():
        await take_in(sessions["datahub"], a_reading(file, simplified=file == "rough"))

    async with sessions["datahub"]() as session:
        row = (await session.execute(text(SAID))).one()
    assert (row.precision, row.geometry_file) == ("full", "full_2021.geojson")


async def test_the_journal_notes_the_import_without_any_surface(
    sessions: dict[str, Sessions],
) -> None:
    await take_in(sessions["datahub"], a_reading("full"))

    noted = "SELECT resource_type, unit, act, said FROM journal ORDER BY resource_type"
    async with sessions["datahub"]() as session:
        entries = (await session.execute(text(noted))).all()
    assert [tuple(entry)[:3] for entry in entries] == [
        ("area", "be.statistik", "area.import"),
        ("intake", "be.statistik", "area.import"),
    ]
    said = entries[0].said
    assert said["key"] == "06100101"
    assert not {"geometry", "simplified", "folded"} & set(said)


async def test_another_senate_system_cannot_say_what_an_area_is(
    sessions: dict[str, Sessions],
) -> None:
    act = caller().act
    other = Caller("somebody", Hat(Role.SENATE_SYSTEM, "be.other"), act, {*act.relations})

    with pytest.raises(NotYours):
        async with speaking(sessions["datahub"], other) as session:
            await actions.take_in(session, other, schematic())


async def test_two_imports_at_once_take_turns(
    own_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = own_database("datahub")
    monkeypatch.setenv("DATAHUB_DATABASE_URL", url(database, "datahub_service"))
    file = written(tmp_path, "plr_2021.geojson", collection(town()))

    refused = await asyncio.gather(
        *(load([file], None, None, again=False) for _ in range(4)),
    )

    assert refused == [0, 0, 0, 0]
    assert rows(database, "SELECT count(*), (SELECT count(*) FROM intake) FROM area") == [(3, 1)]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.dictionaries(
        st.sampled_from(["06100101", "06100102", "06100204"]),
        st.tuples(st.sampled_from("ABC"), st.integers(0, 4)),
        min_size=1,
    ),
    st.booleans(),
)
def test_taking_the_same_in_twice_is_taking_it_in_once(
    own_database: Database, areas_of: dict[str, tuple[str, int]], simplified: bool
) -> None:
    features = [feature(key, name, square(at)) for key, (name, at) in areas_of.items()]
    file = "simplified_2021.geojson" if simplified else "plr_2021.geojson"
    reading = read_json(file, "0", collection(features))
    engine = url(own_database("datahub"), "datahub_service")

    async def twice() -> tuple[int, int]:
        bind = engine_on(engine, pool_size=1)
        first = await take_in(sessions_on(bind), reading, again=True)
        second = await take_in(sessions_on(bind), reading, again=True)
        await bind.dispose()
        return first.intake.written, second.intake.written

    assert asyncio.run(twice())[1] == 0
