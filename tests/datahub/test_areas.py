"""Areas over HTTP: what everybody can read about them."""

import pytest
from shapely.geometry import shape

from services.datahub.areas.reading.files import read_json
from services.datahub.areas.reading.schematic import schematic
from shared.database import Sessions
from tests.datahub.lor import SIDE, SOUTH, STATION, WEST, collection, feature, take_in
from tests.house import House


@pytest.mark.usefixtures("district")
async def test_what_is_schematic_says_so_in_every_answer(house: House) -> None:
    public = house.as_(at="/datahub/v1")
    paths = ["/areas/2021/06200420", "/areas/locate?lon=13.3085&lat=52.4096"]
    single = [(await public.get(path)).json() for path in paths]
    listed = (await public.get("/areas?within=06&limit=1000")).json()["items"]
    feature_ = (await public.get("/areas/2021/06200420?f=geojson")).json()["properties"]
    together = await public.post("/areas/locate", json={"points": [STATION | {"id": "s"}]})

    said = [*single, *listed, feature_, together.json()["items"][0]["place"]]

    assert len(listed) == 56
    assert {each["schematic"] for each in said} == {True}
    assert all("schematisch" in each["attribution"] for each in said)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("level=district", ["06"]),
        ("parent=0620", ["062003", "062004"]),
        ("within=062004&level=planning_area&q=sued", ["06200420"]),
        ("q=schlossstr", ["061001", "06100102"]),
        ("q=ostpreussen", ["062004"]),
        ("q=%25", []),
        ("version=2006", []),
    ],
)
@pytest.mark.usefixtures("district")
async def test_areas_are_found_by_level_place_and_name(
    house: House, query: str, keys: list[str]
) -> None:
    answer = await house.as_(at="/datahub/v1").get(f"/areas?{query}")

    assert sorted(item["key"] for item in answer.raise_for_status().json()["items"]) == keys


@pytest.mark.usefixtures("district")
async def test_pages_hold_every_area_once(house: House) -> None:
    public, keys, cursor = house.as_(at="/datahub/v1"), list[str](), ""
    while cursor is not None:
        page = (
            await public.get(
                "/areas",
                params={"limit": 10, "cursor": cursor}
                if cursor
                else {"limit": 10, "count": "exact"},
            )
        ).json()
        keys += [item["key"] for item in page["items"]]
        cursor = page["next"]

    assert sorted(keys) == sorted(piece.key for piece in schematic().pieces)


@pytest.mark.usefixtures("district")
async def test_the_hierarchy_is_read_up_and_down(house: House) -> None:
    public = house.as_(at="/datahub/v1")

    up = (await public.get("/areas/2021/06200420/ancestors")).json()["items"]
    down = (await public.get("/areas/2021/062004/children")).json()["items"]

    assert [(each["level_code"], each["key"]) for each in up] == [
        ("BEZ", "06"),
        ("PGR", "0620"),
        ("BZR", "062004"),
    ]
    assert sorted(each["key"] for each in down) == [f"062004{n}" for n in range(18, 24)]
    assert {each["parent_key"] for each in down} == {"062004"}


@pytest.mark.parametrize("path", ["2021/06999999", "2006/06200420", "2021/06999999/children"])
@pytest.mark.usefixtures("district")
async def test_an_unknown_area_is_not_found(house: House, path: str) -> None:
    assert (await house.as_(at="/datahub/v1").get(f"/areas/{path}")).status_code == 404


@pytest.mark.usefixtures("small_town")
async def test_an_area_is_a_geojson_feature_in_degrees(house: House) -> None:
    public = house.as_(at="/datahub/v1")

    answer = await public.get("/areas/2021/06100101", headers={"accept": "application/geo+json"})

    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["vary"] == "Accept"
    document = answer.json()
    assert (document["type"], document["id"]) == ("Feature", "2021/06100101")
    assert "crs" not in document
    west, south, east, north = shape(document["geometry"]).bounds
    assert 13.3 < west < east < 13.4
    assert 52.4 < south < north < 52.5
    again = {"if-none-match": answer.headers["etag"], "accept": "application/geo+json"}
    assert (await public.get("/areas/2021/06100101", headers=again)).status_code == 304


@pytest.mark.usefixtures("small_town")
async def test_the_feature_also_comes_in_metres_and_says_so(house: House) -> None:
    answer = await house.as_(at="/datahub/v1").get("/areas/2021/06100101?f=geojson&crs=25833")

    document = answer.json()
    assert shape(document["geometry"]).bounds == (WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
    assert document["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::25833"


@pytest.mark.usefixtures("small_town")
async def test_the_query_wins_over_the_accept_header(house: House) -> None:
    accept = {"accept": "application/geo+json"}
    public = house.as_(at="/datahub/v1")

    answer = await public.get("/areas/2021/06100101?f=json", headers=accept)

    assert answer.headers["content-type"] == "application/json"
    assert "geometry" not in answer.json()


async def test_an_area_without_a_surface_says_so(
    house: House, sessions: dict[str, Sessions]
) -> None:
    named = collection([feature("06100101", "Fichtenberg", None)])
    await take_in(sessions["datahub"], read_json("namen_2021.geojson", "2" * 64, named))
    public = house.as_(at="/datahub/v1")

    assert (await public.get("/areas/2021/06100101")).json()["precision"] == "none"
    answer = await public.get("/areas/2021/06100101?f=geojson")
    assert answer.json()["type"] == "/problems/no-geometry"
