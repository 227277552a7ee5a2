"""Each refusal has an address of its own, and a sentence in both languages."""

import re
from collections import Counter

import pytest

import deploy.contracts  # noqa: F401 - brings every part, and with it every refusal, into memory
from shared.problems import Refused, known_refusals

OURS = [each for each in known_refusals() if not each.__module__.startswith("tests.")]
FACTS = re.compile(r"\{(\w+)")


def part_of(refusal: type[Refused]) -> str:
    """The part a refusal belongs to."""
    first, second = refusal.__module__.split(".")[:2]
    return second if first == "services" else first


def test_no_two_refusals_share_an_address() -> None:
    slugs = Counter((part_of(each), each.slug()) for each in OURS)
    common = {each.slug() for each in OURS if part_of(each) == "shared"}

    assert [slug for slug, times in slugs.items() if times > 1] == []
    assert [slug for part, slug in slugs if part != "shared" and slug in common] == []


@pytest.mark.parametrize("refusal", OURS, ids=lambda refusal: refusal.__name__)
def test_a_refusal_says_in_both_languages_what_is_the_case(refusal: type[Refused]) -> None:
    if refusal.__subclasses__() and not hasattr(refusal, "de"):
        return  # a family of refusals; its members have the words
    assert refusal.__doc__
    assert refusal.de.endswith((".", "!", "?", "“", ")"))
    assert refusal.en.endswith((".", "!", "?", "”", ")"))
    german = {fact.removesuffix("_de") for fact in FACTS.findall(refusal.de)}
    assert german <= {*FACTS.findall(refusal.en), "de"}
