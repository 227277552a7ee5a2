"""The real LOR files: everything in them is found, and every area finds itself again."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest
from pyproj import Transformer
from shapely import Point
from shapely.geometry import shape
from typer.testing import CliRunner, Result

from deploy.local.postgres import Cluster
from services.datahub.areas.reading.files import read
from services.datahub.areas.reading.schematic import schematic
from services.datahub.areas.rules import lineage
from services.datahub.commands import areas
from shared.database import Sessions, engine_on, sessions_on
from tests.conftest import a_database, admin, url
from tests.datahub.lor import REAL, STATION, real_data
from tests.house import House

pytestmark = [real_data, pytest.mark.xdist_group("areas_real")]
OLD = "berlin-lor-planning-areas-until-2020.geojson"
QUARTERS = "lor2021_kieze_simplified_wgs84.geojson"
FIGURES = """SELECT lor_version, level, count(*), count(geometry), min(precision), max(precision)
    FROM area GROUP BY 1, 2 ORDER BY 1, 2"""


def imported(database: str) -> Result:
    """What the command does with every file of the folder."""
    files = [str(file) for file in sorted(REAL.iterdir())]
    address = {"DATAHUB_DATABASE_URL": url(database, "datahub_service")}
    return CliRunner().invoke(areas, ["import", *files], env=address)


@pytest.fixture(scope="module")
def berlin(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """A database with all of Berlin, and what the command said about it."""
    with a_database("datahub") as database:
        done = imported(database)
        assert done.exit_code == 0, done.output
        yield database, done.output


@pytest.fixture
async def sessions(berlin: tuple[str, str]) -> AsyncIterator[Sessions]:
    engine = engine_on(url(berlin[0], "datahub_service"))
    yield sessions_on(engine)
    await engine.dispose()


def test_all_areas_of_both_versions_are_stored(berlin: tuple[str, str]) -> None:
    with admin(berlin[0]) as eyes:
        assert eyes.execute(FIGURES).fetchall() == [
            ("2006", "district_region", 138, 138, "full", "full"),
            ("2006", "planning_area", 447, 447, "full", "full"),
            ("2021", "district", 12, 12, "simplified", "simplified"),
            ("2021", "district_region", 143, 143, "simplified", "simplified"),
            ("2021", "forecast_area", 58, 58, "full", "full"),
            ("2021", "planning_area", 542, 542, "simplified", "simplified"),
        ]


def test_everything_odd_is_said(berlin: tuple[str, str]) -> None:
    said = berlin[1]
    assert "12 BEZ, 58 PGR, 143 BZR, 542 PLR" in said
    assert "Nr. 124: Der Schlüssel 06010102 kommt 2-mal vor" in said
    assert "beiseitegelegt; Vorschlag: Es fehlt der Schlüssel 04030417" in said
    assert "Nr. 205: Der Schlüssel 06010102 kommt 2-mal vor" in said
    for key in ("10 Marzahn-Hellersdorf", "11 Lichtenberg"):
        assert f"Die Fläche von {key} schneidet sich selbst bei 13.537900, 52.509915" in said
    assert said.count("sie enthält keine Gebiete") == 2


def test_of_two_surfaces_under_one_key_the_one_in_its_region_is_kept(
    berlin: tuple[str, str],
) -> None:
    with admin(berlin[0]) as eyes:
        inside = eyes.execute(
            """SELECT ST_Area(ST_Intersection(a.geometry, b.geometry)) / ST_Area(a.geometry)
               FROM area a JOIN area b USING (lor_version)
               WHERE lor_version = '2006' AND a.key = '06010102' AND b.key = '060101'"""
        ).fetchone()
        invented = eyes.execute("SELECT 1 FROM area WHERE key = '04030417'").fetchone()
    assert inside is not None
    assert inside[0] == pytest.approx(1, abs=1e-4)
    assert invented is None


def test_the_better_source_of_a_name_and_of_a_surface_wins(berlin: tuple[str, str]) -> None:
    with admin(berlin[0]) as eyes:
        rows = eyes.execute(
            """SELECT key, name, source_file, geometry_file FROM area
               WHERE lor_version = '2021' AND key IN ('04300414', '0930') ORDER BY key"""
        ).fetchall()
    full = "lor_prognoseraeume_2021_epsg25833.geojson"
    assert rows == [
        ("04300414", "Schloßstraße (Charlottenburg)", "LOR_2021.csv", QUARTERS),
        ("0930", "Treptow-Köpenick 3", full, full),
    ]


def test_a_second_import_writes_nothing(berlin: tuple[str, str]) -> None:
    state = "SELECT count(*), max(modified_at), (SELECT count(*) FROM journal) FROM area"
    with admin(berlin[0]) as eyes:
        before = eyes.execute(state).fetchone()
        done = imported(berlin[0])
        assert eyes.execute(state).fetchone() == before
    assert done.exit_code == 0
    assert done.output.count("nichts geschrieben") == 9
    assert "06010102" in done.output


@pytest.mark.parametrize(("file", "version"), [(QUARTERS, "2021"), (OLD, "2006")])
async def test_every_planning_area_finds_itself_and_what_it_lies_in(
    sessions: Sessions, file: str, version: str
) -> None:
    if version == "2006":
        points = representative(OLD) | {"06010102": (13.3197, 52.4581)}
    else:
        points = representative(QUARTERS)
    house = House({"datahub": sessions}).as_(at="/datahub/v1")
    asked = [{"id": key, "lon": lon, "lat": lat} for key, (lon, lat) in points.items()]

    answer = await house.post("/areas/locate", json={"version": version, "points": asked})

    items = answer.raise_for_status().json()["items"]
    levels = ("district", "forecast_area", "district_region", "planning_area")
    found = {item["id"]: [item["place"][level]["key"] for level in levels] for item in items}
    assert found == {key: lineage(key) for key in points}


def representative(file: str) -> dict[str, tuple[float, float]]:
    """A point inside each area of a file in degrees."""
    points = {}
    for each in json.loads((REAL / file).read_text())["features"]:
        point = shape(each["geometry"]).representative_point()
        points[each["properties"].get("plr_id") or each["properties"]["id"]] = (point.x, point.y)
    return points


async def test_the_station_lies_where_the_real_and_the_schematic_areas_say(
    sessions: Sessions,
) -> None:
    answer = (
        await House({"datahub": sessions})
        .as_(at="/datahub/v1")
        .get("/areas/locate", params=STATION)
    )

    assert answer.json()["planning_area"] == {"key": "06200420", "name": "Lichterfelde Süd"}
    assert answer.json()["district"]["name"] == "Steglitz-Zehlendorf"
    assert answer.json()["schematic"] is False


def test_the_schematic_areas_lie_roughly_where_the_real_ones_do() -> None:
    metres = Transformer.from_crs("OGC:CRS84", "EPSG:25833", always_xy=True)
    made_up = {piece.key: piece.geometry for piece in schematic().pieces}
    real = {key: at for key, at in representative(QUARTERS).items() if key.startswith("06")}

    apart = {
        key: made_up[key].distance(Point(*metres.transform(*at)))  # type: ignore[union-attr]
        for key, at in real.items()
    }

    assert {key: metres for key, metres in apart.items() if metres > 0} == {}
    assert made_up["06200420"].contains(  # type: ignore[union-attr]
        Point(*metres.transform(STATION["lon"], STATION["lat"]))
    )


def test_the_schematic_names_are_the_official_ones() -> None:
    official = {piece.key: piece.name for piece in read(REAL / "LOR_2021.csv").pieces}
    mine = {piece.key: piece.name for piece in schematic().pieces}
    assert mine == {key: name for key, name in official.items() if key.startswith("06")}
