"""Keys of areas: where two sets of them meet."""

from hypothesis import given
from hypothesis import strategies as st

from shared.lor import concerned, meet

KEYS = st.lists(st.sampled_from(["06", "0620", "062004", "06200419", "062003", "05"]))


@given(KEYS, KEYS)
def test_areas_meet_whichever_is_named_first_and_only_in_what_both_lie_in(
    some: list[str], others: list[str]
) -> None:
    common = meet(some, others)

    assert common == meet(others, some)
    for area in common:
        assert any(area.startswith(one) for one in some)
        assert any(area.startswith(other) for other in others)
    assert set(some) & set(others) <= set(common)


@given(KEYS, st.none() | KEYS)
def test_a_change_is_about_all_areas_before_and_after(
    now: list[str], soon: list[str] | None
) -> None:
    assert set(concerned(now, soon)) == (set() if soon == [] else {*now, *(soon or [])})
