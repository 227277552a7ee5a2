"""Hats are read as the issuer writes them; what is written in any other way does not hold."""

from typing import Any

import pytest

from gateway.people.hats import hats_of
from gateway.people.issuers import Issuer, Written
from gateway.people.person import NameYourHat, Person
from shared.authority import Hat, Role
from shared.problems import NotSignedIn
from tests.gateway.tokens import claims

HERE = Issuer(url="https://demo.invalid", units=("06.", "be."))
IN_WORDS = Issuer(url="https://demo.invalid", hats="realm.hats", written=Written.TEXTS)
LEAD = Hat(Role.LEAD, "06.spk", ("062004",))


def read(hat: Any, issuer: Issuer = HERE) -> list[Hat]:
    """The hats of a token that has this one in its claim."""
    said = {"realm": {"hats": [hat]}} if issuer is IN_WORDS else {"hats": [hat]}
    return [*hats_of(said, issuer).values()]


def test_an_object_is_a_hat() -> None:
    assert read({"role": "lead", "unit": "06.spk", "regions": ["062004"]}) == [LEAD]


@pytest.mark.parametrize(
    ("text", "hat"),
    [
        ("lead@06.spk", Hat(Role.LEAD, "06.spk")),
        ("lead@06.spk#062004", LEAD),
        ("lead@06.spk#062004,062005", Hat(Role.LEAD, "06.spk", ("062004", "062005"))),
        ("citizen@person", Hat(Role.CITIZEN, "person")),
    ],
)
def test_a_text_is_a_hat_where_the_issuer_writes_texts(text: str, hat: Hat) -> None:
    assert read(text, IN_WORDS) == [hat]


@pytest.mark.parametrize(
    "text",
    [
        "lead",
        "lead@",
        "@06.spk",
        "mayor@06.spk",
        "*@06.spk",
        "lead@*",
        "lead@06.spk#",
        "lead@06.spk#x",
        "lead@06.spk#6",
        "lead@06.spk@06.sga",
        "lead@06.spk ",
        "Lead@06.spk",
        "lead@link:0123",
        {"role": "lead", "unit": "06.spk"},
        ["lead@06.spk"],
        None,
        1,
    ],
)
def test_no_other_text_is_one(text: Any) -> None:
    with pytest.raises(NotSignedIn):
        read(text, IN_WORDS)


@pytest.mark.parametrize(
    "hat",
    [
        {"role": "lead", "unit": "05.spk"},
        {"role": "lead", "unit": ""},
        {"role": "lead", "unit": "06.*"},
        {"role": "lead", "unit": ["06.spk"]},
        {"role": "lead", "unit": None},
        {"role": "lead", "unit": 6},
        {"role": "lead", "unit": "06.spk", "regions": "062004"},
        {"role": "lead", "unit": "06.spk", "regions": [62004]},
        {"role": "lead", "unit": "06.spk", "regions": [""]},
        {"role": "lead", "unit": "06.spk", "regions": ["*"]},
        {"role": "lead", "unit": "06.spk", "regions": None},
        {"role": "lead", "unit": "06.spk", "regions": {"062004": True}},
        {"role": "*", "unit": "06.spk"},
        {"role": "public", "unit": "06.spk"},
        {"role": "public", "unit": ""},
        {"role": "citizen", "unit": "06.spk"},
        {"role": "LEAD", "unit": "06.spk"},
        [["role", "lead"], ["unit", "06.spk"]],
        "lead@06.spk",
        None,
    ],
)
def test_no_other_object_is_one(hat: Any) -> None:
    with pytest.raises(NotSignedIn):
        read(hat)


def test_nobody_wears_the_gates_own_hat() -> None:
    anywhere = Issuer(url="https://demo.invalid")
    with pytest.raises(NotSignedIn):
        read({"role": "service", "unit": "gateway"}, anywhere)


@pytest.mark.parametrize("hats", [{}, {"role": "lead"}, "lead@06.spk", 1, True, ""])
def test_hats_are_a_list(hats: Any) -> None:
    with pytest.raises(NotSignedIn):
        hats_of({"hats": hats}, HERE)


@pytest.mark.parametrize("said", [{}, {"realm": {}}, {"realm": {"hats": []}}])
def test_whoever_has_none_has_none(said: dict[str, Any]) -> None:
    assert hats_of(said, IN_WORDS) == {}


@pytest.mark.parametrize("realm", [[], "hats", 1, [{"hats": []}]])
def test_the_way_to_the_hats_leads_through_objects(realm: Any) -> None:
    with pytest.raises(NotSignedIn):
        hats_of({"realm": realm}, IN_WORDS)


def test_a_claim_may_have_dots_in_its_name() -> None:
    name = "https://kiezknoten.example/hats"
    issuer = Issuer(url="https://demo.invalid", hats=name)
    assert hats_of({name: [{"role": "lead", "unit": "06.spk"}]}, issuer).keys() == {"lead@06.spk"}


def somebody(*units: str) -> Person:
    """A person who is lead of these units."""
    return Person.of(claims(hats=[{"role": "lead", "unit": unit} for unit in units]), HERE)


def test_the_only_hat_acts_unasked() -> None:
    assert somebody("06.spk").hat("") == Hat(Role.LEAD, "06.spk")


def test_of_several_hats_the_named_one_acts() -> None:
    assert somebody("06.spk", "06.sga").hat("lead@06.sga") == Hat(Role.LEAD, "06.sga")


@pytest.mark.parametrize("acting_as", ["", "lead", "lead@06.bvv", "LEAD@06.spk", "lead@06.spk "])
def test_whoever_has_several_says_which(acting_as: str) -> None:
    with pytest.raises(NameYourHat) as refused:
        somebody("06.spk", "06.sga").hat(acting_as)
    assert refused.value.facts["hats"] == ["lead@06.sga", "lead@06.spk"]


def test_a_hat_not_held_is_not_worn_by_naming_it() -> None:
    with pytest.raises(NameYourHat):
        somebody("06.spk").hat("lead@06.sga")


@pytest.mark.parametrize("sub", ["x" * 256, "a\nb", "a\x00", "müller", "\u202e"])
def test_a_subject_is_plain(sub: str) -> None:
    with pytest.raises(NotSignedIn):
        Person.of(claims(sub=sub), HERE)
    with pytest.raises(NotSignedIn):
        Person.of(claims(jti=sub), HERE)
