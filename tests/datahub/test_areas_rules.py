"""The rules of areas: versions and their days, names and their spellings."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.datahub.areas import rules
from services.datahub.areas.model import LorVersion
from services.datahub.areas.rules import folded, lineage, parent_of
from shared.berlin import TO_METRES


@given(st.floats(13.08, 13.77), st.floats(52.33, 52.69))
def test_into_metres_and_back_is_the_same_place(lon: float, lat: float) -> None:
    east, north = TO_METRES.transform(lon, lat)
    again = TO_METRES.transform(east, north, direction="INVERSE")
    assert again == pytest.approx((lon, lat), abs=1e-9)


@given(st.dates())
def test_on_each_day_the_version_in_force_counts(on: date) -> None:
    if on < date(2006, 8, 1):
        with pytest.raises(rules.NotInForce):
            rules.version_for(None, on)
    else:
        since = on >= date(2021, 1, 1)
        assert rules.version_for(None, on) == (LorVersion.SINCE_2021 if since else "2006")


@pytest.mark.parametrize(
    "spelling", ["Schloßstraße", "schlossstrasse", "SCHLOSSSTR.", "Schlossstr", "Schloßstr."]
)
def test_a_street_is_found_however_it_is_spelled(spelling: str) -> None:
    assert folded(spelling) == folded("Schloßstraße")


@given(st.text(max_size=60))
def test_a_folded_name_folds_to_itself(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@given(st.from_regex(r"\A(0[1-9]|1[0-2])([0-9]{2}){0,3}\Z"))
def test_the_lineage_ends_with_the_key_and_each_is_the_parent_of_the_next(key: str) -> None:
    line = lineage(key)
    assert line[-1] == key
    assert [parent_of(each) for each in line] == [None, *line[:-1]]
