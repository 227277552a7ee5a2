"""Files that cannot be used: each is refused with a sentence that says why."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.datahub.areas.reading.files import read
from services.datahub.areas.reading.piece import Unusable
from tests.datahub.lor import collection, feature, square

POINT = {"type": "Point", "coordinates": [385_000, 5_810_000]}
SWAPPED = {
    "type": "Polygon",
    "coordinates": [[[52.4, 13.3], [52.5, 13.3], [52.5, 13.4], [52.4, 13.3]]],
}
HAMBURG = {
    "type": "Polygon",
    "coordinates": [[[9.9, 53.5], [10.0, 53.5], [10.0, 53.6], [9.9, 53.5]]],
}
WORDS = {"type": "Polygon", "coordinates": [[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]]}
HUGE = {"type": "Polygon", "coordinates": [[[9999, 0], [1, 1], [2, 2], [9999, 0]]]}
WEB = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
GOOD = feature("06100101", "X", square(0))
EMPTY: dict[str, Any] = {"type": "FeatureCollection", "features": []}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps(collection([GOOD]))[:-40], "abgeschnitten"),
        (json.dumps(collection([GOOD])).replace("385000.0", "NaN"), "keine Zahl"),
        ("", "leer"),
        ("<html><body>Wartung</body></html>", "HTML"),
        (json.dumps(EMPTY), "leer"),
        (json.dumps(GOOD), "keine FeatureCollection"),
        ("[1, 2]", "keine FeatureCollection"),
        ("[" * 100_000, "verschachtelt"),
        (json.dumps(collection([feature("06100101", "X", POINT)])), "keine Fläche, sondern Point"),
        (json.dumps(collection([feature("06100101", "X", WORDS)])), "nicht lesbar"),
        (json.dumps(collection([feature("06100101", "X", SWAPPED)], crs=None)), "vertauscht"),
        (json.dumps(collection([feature("06100101", "X", HAMBURG)], crs=None)), "nicht in Berlin"),
        (
            json.dumps(collection([feature("06100101", "X", HUGE)])).replace("9999", "1e999"),
            "Berlin",
        ),
        (json.dumps(collection([feature("06100101", "X", HAMBURG)])), "sind Grad"),
        (json.dumps(collection([GOOD], crs=None)), "sind Meter"),
        (json.dumps(collection([GOOD], crs=WEB)), "EPSG::3857"),
        (json.dumps(collection([feature("kein Schlüssel", "X", square(0))])), "kein LOR-Schlüssel"),
        (json.dumps(collection([feature("06100101", "", square(0))])), "keinen Namen"),
        ("a;b\n1;2\n", "Keine Spalte"),
        ("PLR_ID,PLR_NAME\n", "leer"),
        ("RAUMID;E_E\n06100101;5\n", "keinen Namen"),
    ],
)
def test_a_broken_file_is_refused_with_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "lor_2021.geojson"
    file.write_text(text)
    with pytest.raises(Unusable, match=said):
        read(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="nicht zu öffnen"):
        read(tmp_path / "nothing.geojson")
