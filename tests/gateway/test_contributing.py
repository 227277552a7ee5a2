"""Who contributes without an office has a voice of their own, and nobody else's."""

from uuid import uuid4

import pytest

from gateway.entrance.knock import Knock
from gateway.people.contributing import HEADER, BadLink, Contributors, KeyNotUnique
from shared.authority import PAGE

CONTRIBUTORS = Contributors(b"a key")
SUBMIT, READ = PAGE["item.submit"], PAGE["item.read"]


def knock(**headers: str) -> Knock:
    named = tuple(
        (key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()
    )
    return Knock("POST", "/participation/v1/items", b"", named)


def test_each_first_contribution_gets_a_link_of_its_own() -> None:
    links = {CONTRIBUTORS.link_of(knock(), SUBMIT) for _ in range(3)}
    assert len(links) == 3
    assert len({CONTRIBUTORS.of_link(link).unit for link in links}) == 3


def test_a_retry_under_the_same_key_gets_the_same_link() -> None:
    key = str(uuid4())
    links = {CONTRIBUTORS.link_of(knock(idempotency_key=key), SUBMIT) for _ in range(2)}
    assert len(links) == 1
    assert CONTRIBUTORS.of_link(links.pop()).unit.startswith("link:")


def test_nobody_without_the_gateways_key_finds_the_link_of_a_retry() -> None:
    asked = knock(idempotency_key=str(uuid4()))
    assert Contributors(b"other").link_of(asked, SUBMIT) != CONTRIBUTORS.link_of(asked, SUBMIT)


def test_a_key_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(KeyNotUnique):
        CONTRIBUTORS.link_of(knock(idempotency_key="1"), SUBMIT)


def test_who_only_reads_gets_no_link() -> None:
    assert CONTRIBUTORS.link_of(knock(), READ) == ""


@pytest.mark.parametrize("link", ["kurz", "x" * 44, "ä" * 43, "x" * 42 + "="])
def test_a_damaged_link_is_refused_not_replaced(link: str) -> None:
    with pytest.raises(BadLink):
        CONTRIBUTORS.link_of(Knock("GET", "/", b"", ((HEADER, link.encode()),)), READ)


def test_a_pseudonym_does_not_show_whom_it_stands_for() -> None:
    voice = CONTRIBUTORS.of_person("https://issuer", "erika")
    assert "erika" not in voice
    assert voice == CONTRIBUTORS.of_person("https://issuer", "erika")
    assert voice != CONTRIBUTORS.of_person("https://other", "erika")
    assert voice != Contributors(b"other").of_person("https://issuer", "erika")
