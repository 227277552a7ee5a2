"""Files of areas: what is read, what is repaired and said, and what is refused."""

from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import mapping, shape

from services.datahub.areas.model import LorVersion, Precision
from services.datahub.areas.reading.duplicates import settled
from services.datahub.areas.reading.files import read, read_json, read_table
from services.datahub.areas.reading.keys import read_key
from services.datahub.areas.reading.piece import Finding, Reading, Unusable
from services.datahub.areas.reading.schematic import schematic
from services.datahub.areas.reading.surfaces import inside, repaired, surfaces
from services.datahub.areas.rules import is_key
from shared.berlin import TO_METRES
from tests.datahub.lor import collection, feature, regions, square, town, written

KEYS = st.from_regex(r"\A(0[1-9]|1[0-2])([0-9]{2}){0,3}\Z")
DEGREES = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}
LOR_TABLE = """\ufefftechn. Schlüssel (UUID),Planungsraum (Nummer),Planungsraum (Name),\
Bezirksregion (Nummer),Bezirksregion (Name),Prognoseraum (Nummer),Prognoseraum (Name),Bezirk,\
Fläche in qm,Stand der Daten
A,06100101,Fichtenberg,061001,Schloßstraße,0610,Steglitz,Steglitz-Zehlendorf,100.5, 01.01.2021
B,06100102,Schloßstraße,061001,Schloßstraße,0610,Steglitz,Steglitz-Zehlendorf,200.25, 01.12.2021
"""


def read_town(**more: Any) -> Reading:
    return read_json("town_2021.geojson", "0", collection(town(), **more))


def in_degrees(geometry: Any) -> dict[str, Any]:
    back: Any = partial(TO_METRES.transform, direction="INVERSE")
    return dict(mapping(shapely.transform(shape(geometry), back, interleaved=False)))


@given(KEYS)
def test_a_key_that_lost_its_zero_gets_it_back(key: str) -> None:
    assert read_key(key) == (key, False)
    assert read_key(int(key)) == (key, key.startswith("0"))
    assert read_key(float(key)) == (key, key.startswith("0"))


@given(st.one_of(st.text(max_size=9), st.integers(), st.floats(), st.booleans(), st.none()))
def test_whatever_is_read_as_a_key_is_one(raw: object) -> None:
    key, lost = read_key(raw)
    assert key is None or is_key(key)
    assert not lost or (key is not None and key.startswith("0"))


def test_areas_in_metres_and_in_degrees_are_the_same() -> None:
    metres = read_town()
    degrees = [each | {"geometry": in_degrees(each["geometry"])} for each in town()]
    with_member = read_json("town_2021.geojson", "1", collection(degrees, crs=DEGREES))
    without = read_json(
        "town_2021.geojson", "2", {"type": "FeatureCollection", "features": degrees}
    )

    for other in (with_member, without):
        for mine, theirs in zip(metres.pieces, other.pieces, strict=True):
            assert mine.geometry is not None
            assert theirs.geometry is not None
            assert mine.geometry.equals_exact(theirs.geometry, 0.001)
    assert metres.precision is with_member.precision is Precision.FULL


@pytest.mark.parametrize(
    ("properties", "key", "name"),
    [
        ({"PLR_ID": "06100101", "PLR_NAME": "Fichtenberg"}, "06100101", "Fichtenberg"),
        ({"plr_id": 6100101, "plr_name": "Fichtenberg"}, "06100101", "Fichtenberg"),
        ({"RAUMID": "06100101", "name": "Fichtenberg"}, "06100101", "Fichtenberg"),
        ({"BZR_ID": "061001", "BZR_NAME": "Schloßstraße"}, "061001", "Schloßstraße"),
        ({"id": "061001", "bzr_name": "Schloßstraße"}, "061001", "Schloßstraße"),
        ({"PGR_ID": "0610", "PGR_NAME": "Steglitz", "BEZ": "06"}, "0610", "Steglitz"),
        ({"id": "06", "bez": "06 - Steglitz-Zehlendorf"}, "06", "Steglitz-Zehlendorf"),
    ],
)
def test_every_known_spelling_of_the_attributes_is_read(
    properties: dict[str, Any], key: str, name: str
) -> None:
    one = {"type": "Feature", "properties": properties, "geometry": square(0)}

    reading = read_json("lor.geojson", "0", collection([one]), LorVersion.SINCE_2021)

    assert (reading.pieces[0].key, reading.pieces[0].name) == (key, name)


def test_a_file_also_names_what_its_areas_lie_in() -> None:
    named = {"bzr_name": "Schloßstraße", "pgr_name": "Steglitz", "bez": "06 - Steglitz-Zehlendorf"}
    reading = read_json(
        "lor_2021.geojson",
        "0",
        collection([feature("06100101", "Fichtenberg", square(0), **named)]),
    )

    above = {piece.key: piece.name for piece in reading.pieces if piece.geometry is None}
    assert above == {"061001": "Schloßstraße", "0610": "Steglitz", "06": "Steglitz-Zehlendorf"}


def test_the_official_table_tells_all_levels_sizes_and_days() -> None:
    reading = read_table("LOR_2021.csv", "0", LOR_TABLE.encode())

    assert reading.found == {
        "district": 1,
        "forecast_area": 1,
        "district_region": 1,
        "planning_area": 2,
    }
    by_key = {piece.key: piece for piece in reading.pieces}
    assert str(by_key["06100102"].stated_on) == "2021-12-01"
    assert by_key["06100101"].area_m2 == 100.5
    assert (by_key["06"].area_m2, by_key["06"].summed) == (300.75, True)
    assert by_key["06100101"].facts_rank > by_key["061001"].facts_rank


def test_lost_zeros_are_reported_once() -> None:
    whole = [feature(int(each["properties"]["id"]), "X", each["geometry"]) for each in town()]

    reading = read_json("lor_2021.geojson", "0", collection(whole))

    (finding,) = [each for each in reading.findings if "führende Null" in each.sentence]
    assert finding.sentence.startswith("3 Schlüssel")
    assert (finding.number, finding.key) == (1, "06100101")


def test_a_self_intersection_is_repaired_and_said() -> None:
    (bow,) = [[[385_000, 5_810_000], [386_000, 5_810_000], [386_000, 5_811_000]]]
    spike = [[385_500, 5_811_000], [385_500.1, 5_811_000.2], [385_499.9, 5_811_000.2]]
    ring = [*bow, *spike, [385_500, 5_811_000], [385_000, 5_811_000], bow[0]]
    broken = {"type": "Polygon", "coordinates": [ring]}
    assert not shape(broken).is_valid

    reading = read_json("lor_2021.geojson", "0", collection([feature("06100101", "X", broken)]))

    (finding,) = [each for each in reading.findings if each.key == "06100101"]
    assert "schneidet sich selbst bei 13.3" in finding.sentence
    assert finding.done.startswith("repariert, Flächenänderung 0,")
    assert reading.pieces[0].geometry is not None
    assert reading.pieces[0].geometry.is_valid


def test_a_surface_that_a_repair_would_change_is_left_out() -> None:
    corners = [(0, 0), (1000, 1000), (1000, 0), (0, 1000), (0, 0)]
    ring = [[385_000 + x, 5_810_000 + y] for x, y in corners]
    bow_tie = {"type": "Polygon", "coordinates": [ring]}

    reading = read_json("lor_2021.geojson", "0", collection([feature("06100101", "X", bow_tie)]))

    assert reading.pieces[0].geometry is None
    assert "Fläche weggelassen" in reading.findings[0].done
    assert repaired(surfaces(shape(bow_tie)))[0] is None


def twice(**more: Any) -> Reading:
    """The town where the area of 061002 carries a key of 061001 that is given already."""
    features = [
        *town()[:2],
        feature("06100102", "Falsch", square(2)),
        feature("06100205", "Y", square(3)),
    ]
    return read_json("lor_2021.geojson", "0", collection(features, **more))


def test_of_two_areas_with_one_key_the_one_in_its_region_is_kept() -> None:
    above = {
        piece.key: piece.geometry
        for piece in read_json("regions_2021.geojson", "0", collection(regions())).pieces
        if piece.geometry is not None
    }
    for parents in (above, {}):
        kept = settled(twice(), parents)

        assert [piece.name for piece in kept.pieces if piece.key == "06100102"] == ["Schloßstraße"]
        done = {each.number: each.done for each in kept.findings if each.key == "06100102"}
        assert done[2].startswith("übernommen")
        assert done[3].startswith("beiseitegelegt")


def test_where_place_does_not_decide_both_are_set_aside() -> None:
    both = [town()[0], town()[1], feature("06100102", "Auch", square(1))]

    kept = settled(read_json("lor_2021.geojson", "0", collection(both)), {})

    assert [piece.key for piece in kept.pieces] == ["06100101"]
    assert [each.done for each in kept.findings if each.key] == ["beiseitegelegt"] * 2


def test_a_missing_key_is_proposed_and_not_invented() -> None:
    features = [
        feature("01010101", "A", square(0)),
        feature("01010102", "B", square(1)),
        feature("02010101", "Falsch", square(2)),
        feature("01010204", "C", square(3)),
        feature("02010101", "Echt", square(9)),
        feature("02010102", "D", square(10)),
    ]
    wide = {
        "010101": surfaces(shape(square(0, side=3000))),
        "020101": surfaces(shape(square(9, side=3000))),
    }

    kept = settled(read_json("lor_2006.geojson", "0", collection(features)), wide)

    assert "01010103" not in {piece.key for piece in kept.pieces}
    aside = next(each for each in kept.findings if each.number == 3)
    assert "Es fehlt der Schlüssel 01010103" in aside.done


@pytest.mark.parametrize(
    ("file", "keys", "version"),
    [
        ("lor_2021.geojson", ["06100101"], "2021"),
        ("a-until-2020.geojson", ["06010101"], "2006"),
        ("a_pre-2021.geojson", ["06010101"], "2006"),
        ("lor.geojson", ["06100101"], "2021"),
        ("lor.geojson", ["06010101"], "2006"),
        ("lor_2019.geojson", ["12103115"], "2006"),
    ],
)
def test_the_version_is_told_by_name_and_keys(file: str, keys: list[str], version: str) -> None:
    features = [feature(key, "X", square(0)) for key in keys]
    assert read_json(file, "0", collection(features)).version == version


@pytest.mark.parametrize(
    ("file", "key", "said"),
    [
        ("lor_2021.geojson", "06010101", "widersprüchlich"),
        ("bezirke.geojson", "06", "nicht zu erkennen"),
        ("reinickendorf.geojson", "12103115", "nicht zu erkennen"),
    ],
)
def test_a_version_is_never_guessed(file: str, key: str, said: str) -> None:
    with pytest.raises(Unusable, match=said):
        read_json(file, "0", collection([feature(key, "X", square(0))]))


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=4, max_size=4))
def test_nothing_infinite_lies_in_berlin(bounds: list[float]) -> None:
    frame = (-1e300, -1e300, 1e300, 1e300)
    finite = all(abs(each) <= 1e300 for each in bounds)
    assert not inside(bounds, frame) or finite


def test_a_crosswalk_holds_no_areas_and_is_no_error(tmp_path: Path) -> None:
    table = tmp_path / "crosswalk.csv"
    table.write_text("plr_id_pre2021,plr_id_2021,weight\n06010101,06100101,1\n")
    matches = written(tmp_path, "matches.json", {"0601": ["0610"]})

    for file in (table, matches):
        assert "keine Gebiete" in read(file).note
        assert read(file).pieces == ()


def test_rounded_degrees_are_a_simplified_surface() -> None:
    corners = [[13.3, 52.4], [13.31, 52.4], [13.31, 52.41], [13.3, 52.4]]
    rough = {"type": "Polygon", "coordinates": [corners]}
    reading = read_json(
        "lor_2021.geojson", "0", collection([feature("06100101", "X", rough)], crs=None)
    )
    assert reading.precision is Precision.SIMPLIFIED


def test_lighter_surfaces_leave_no_gap_between_neighbours() -> None:
    light = [piece.simplified for piece in read_town().pieces]
    assert all(each is not None and each.is_valid for each in light)
    for left, right in pairwise(light):
        assert left is not None
        assert right is not None
        assert left.intersection(right).length == pytest.approx(1000)


def test_the_schematic_district_has_every_level_and_no_overlap() -> None:
    reading = schematic()
    cells = [piece.geometry for piece in reading.pieces if len(piece.key) == 8]
    whole = next(piece.geometry for piece in reading.pieces if piece.key == "06")

    assert reading.found == {
        "district": 1,
        "forecast_area": 4,
        "district_region": 8,
        "planning_area": 44,
    }
    assert whole is not None
    assert sum(cell.area for cell in cells if cell) == whole.area


def test_a_finding_is_kept_as_json() -> None:
    assert Finding("f", 1, "06", "s", "d").as_json()["done"] == "d"
