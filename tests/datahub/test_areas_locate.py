"""Locating points: one area each, or a refusal that says why."""

import pytest

from services.datahub.areas.reading.files import read_json
from shared.berlin import TO_METRES
from shared.database import Sessions
from tests.datahub.lor import SIDE, SOUTH, STATION, WEST, collection, feature, square, take_in
from tests.house import House

HALF = SIDE / 2
NOWHERE = {"lon": 13.0876, "lat": 52.6300}


def degrees(east: float, north: float) -> dict[str, float]:
    lon, lat = TO_METRES.transform(east, north, direction="INVERSE")
    return {"lon": lon, "lat": lat}


@pytest.mark.usefixtures("district")
async def test_the_station_lies_in_its_planning_area(house: House) -> None:
    answer = await house.as_(at="/datahub/v1").get("/areas/locate", params=STATION)

    said = answer.raise_for_status().json()
    assert said["planning_area"] == {"key": "06200420", "name": "Lichterfelde Süd"}
    assert said["district_region"] == {"key": "062004", "name": "Ostpreußendamm"}
    assert said["forecast_area"] == {"key": "0620", "name": "Lankwitz/Lichterfelde Ost"}
    assert said["district"] == {"key": "06", "name": "Steglitz-Zehlendorf"}
    assert (said["unit"], said["lor_version"]) == ("be.statistik", "2021")


@pytest.mark.usefixtures("small_town")
async def test_every_area_finds_itself(house: House) -> None:
    public = house.as_(at="/datahub/v1")
    for column, key in enumerate(("06100101", "06100102", "06100204")):
        middle = degrees(WEST + column * SIDE + HALF, SOUTH + HALF)
        answer = await public.get("/areas/locate", params=middle)
        assert answer.json()["planning_area"]["key"] == key
        assert answer.json()["district"] == {"key": "06", "name": None}


@pytest.mark.usefixtures("small_town")
async def test_on_a_border_it_is_the_lowest_key(house: House) -> None:
    public = house.as_(at="/datahub/v1")
    for row in range(20):
        border = degrees(WEST + SIDE, SOUTH + 25 + row * 50)
        answer = await public.get("/areas/locate", params=border)
        assert answer.json()["planning_area"]["key"] == "06100101"


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("lon=13.0&lat=52.1", "outside-berlin"),
        ("lon=52.4096&lat=13.3085", "coordinates-swapped"),
        ("lon=nan&lat=52.4", "malformed"),
        ("lon=inf&lat=52.4", "malformed"),
        ("lon=1e400&lat=52.4", "malformed"),
        ("lon=13.3&lat=52.4&on=1999-01-01", "not-in-force"),
        ("lon=13.3&lat=52.4&version=2021&on=2019-01-01", "not-in-force"),
        ("lon=13.3&lat=52.4&version=1999", "malformed"),
    ],
)
@pytest.mark.usefixtures("district")
async def test_a_point_that_cannot_be_located_is_refused(
    house: House, query: str, problem: str
) -> None:
    answer = await house.as_(at="/datahub/v1").get(f"/areas/locate?{query}")

    assert answer.status_code == 422
    assert answer.json()["type"] == f"/problems/{problem}"


@pytest.mark.usefixtures("district")
async def test_berlin_outside_the_schematic_district_is_not_called_outside_berlin(
    house: House,
) -> None:
    answer = await house.as_(at="/datahub/v1").get("/areas/locate?lon=13.4094&lat=52.5208")

    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-covered"


async def test_beside_all_twelve_districts_is_outside_berlin(
    house: House, sessions: dict[str, Sessions]
) -> None:
    row = [feature(f"{n:02d}", f"Bezirk {n}", square(n - 6)) for n in range(1, 13)]
    reading = read_json("bezirke_2021.geojson", "1" * 64, collection(row))
    await take_in(sessions["datahub"], reading)

    answer = await house.as_(at="/datahub/v1").get("/areas/locate", params=NOWHERE)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/outside-berlin"


@pytest.mark.usefixtures("district", "small_town")
async def test_real_areas_put_the_schematic_ones_out_of_use(house: House) -> None:
    public = house.as_(at="/datahub/v1")

    answer = await public.get("/areas/locate", params=STATION)

    assert answer.json()["type"] == "/problems/not-covered"
    area = (await public.get("/areas/2021/06100101")).json()
    assert (area["schematic"], area["source_file"]) == (False, "town_2021.geojson")


@pytest.mark.usefixtures("district")
async def test_many_points_are_located_at_once_and_a_bad_one_stops_none(house: House) -> None:
    points = [
        STATION | {"id": "good"},
        {"id": "swapped", "lon": STATION["lat"], "lat": STATION["lon"]},
        {"id": "far", "lon": 9.9, "lat": 53.5},
        {"id": "mitte", "lon": 13.4094, "lat": 52.5208},
    ]

    answer = await house.as_(at="/datahub/v1").post("/areas/locate", json={"points": points})

    items = answer.raise_for_status().json()["items"]
    assert [item["id"] for item in items] == ["good", "swapped", "far", "mitte"]
    assert items[0]["place"]["planning_area"]["key"] == "06200420"
    assert [item["problem"] for item in items] == [
        None,
        "coordinates-swapped",
        "outside-berlin",
        "not-covered",
    ]
    assert "vertauscht" in items[1]["detail"]


@pytest.mark.parametrize("count", [0, 1001])
async def test_a_batch_has_one_to_a_thousand_points(house: House, count: int) -> None:
    points = [STATION | {"id": str(number)} for number in range(count)]

    answer = await house.as_(at="/datahub/v1").post("/areas/locate", json={"points": points})

    assert answer.status_code == 422


@pytest.mark.parametrize("lon", ["NaN", "Infinity", '"13.3"', "true"])
async def test_a_batch_takes_finite_numbers_only(house: House, lon: str) -> None:
    body = f'{{"points": [{{"id": "a", "lon": {lon}, "lat": 52.4}}]}}'

    answer = await house.as_(at="/datahub/v1").post(
        "/areas/locate", content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 422
