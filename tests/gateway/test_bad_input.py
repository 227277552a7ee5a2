"""Whatever is sent, the answer is a clear refusal: nothing half done, nothing leaked."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.house import COORDINATION, QUESTION, House

DRAFT = QUESTION | {"addressee": "06.jugendamt"}
LEAKS = ("Traceback", "sqlalchemy", "psycopg", 'File "', "SELECT", "INSERT")


def is_clear(answer: Any) -> None:
    """A problem document in words, and nothing of our insides."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= answer.json().keys()
    assert not [leak for leak in LEAKS if leak in answer.text]


async def posted(house: House, body: bytes | str, media: str = "application/json") -> Any:
    client = house.as_(COORDINATION, **{"content-type": media})
    return await client.post("/requests", content=body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe{}",
        b'{"addressee": NaN}',
        b"[" * 100_000,
        b"\x00",
    ],
    ids=["nothing", "cut", "list", "null", "text", "utf-16", "NaN", "deep", "NUL"],
)
async def test_a_body_that_says_nothing_is_refused(house: House, body: bytes) -> None:
    answer = await posted(house, body)

    assert answer.status_code in {400, 422}
    is_clear(answer)


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "multipart/form-data", "x"])
async def test_another_media_type_is_refused(house: House, media: str) -> None:
    answer = await posted(house, b"{}", media)

    assert answer.status_code in {400, 415, 422}
    is_clear(answer)


@pytest.mark.parametrize(
    "question",
    ["a\x00b", "a\ud800b", "rot \u202egrün", "\x1b[31mrot", "x" * 10_001, "", "  ", 5, None, ["a"]],
    ids=repr,
)
async def test_a_text_that_cannot_be_read_is_refused(house: House, question: Any) -> None:
    answer = await posted(house, json.dumps(DRAFT | {"question": question}))

    assert answer.status_code == 422
    is_clear(answer)
    assert answer.json()["errors"][0]["pointer"] == "/question"


@pytest.mark.parametrize(
    "question",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE request; --",
        "=cmd|' /C calc'!A0",
        "%(x)s {x} $1",
    ],
)
async def test_a_text_with_a_trick_is_kept_as_the_text_it_is(house: House, question: str) -> None:
    client = house.as_(COORDINATION)
    made = await client.post("/requests", json=DRAFT | {"question": question})

    shown = await client.get(f"/requests/{made.json()['id']}")

    assert shown.json()["question"] == question
    assert shown.headers["content-type"] == "application/json"


async def test_a_megabyte_is_too_large_and_says_so(house: House) -> None:
    answer = await posted(house, b'{"question": "' + b"x" * 1_048_576 + b'"}')

    assert answer.status_code == 413
    is_clear(answer)
    assert house.upstream.asked == []


async def test_a_megabyte_without_a_length_is_too_large_too(house: House) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 32_768

    answer = await house.as_(COORDINATION).post("/requests", content=pieces())

    assert answer.status_code == 413
    is_clear(answer)


async def test_every_wrong_field_is_named_at_once_in_the_callers_language(house: House) -> None:
    draft = {"addressee": "Jugendamt", "wished_by": "bald", "unit": "06.x", "areas": ["6"]}
    said = {}
    for language in ("de", "en"):
        client = house.as_(COORDINATION, **{"accept-language": language})
        answer = await client.post("/requests", json=draft)
        said[language] = {each["pointer"]: each["detail"] for each in answer.json()["errors"]}

    pointers = {"/addressee", "/question", "/wished_by", "/unit", "/areas/0"}
    assert set(said["de"]) == set(said["en"]) == pointers
    assert said["de"]["/question"] == "Diese Angabe fehlt."
    assert said["en"]["/question"] == "Field required"


@pytest.mark.parametrize(
    "authorization",
    ["Basic eDp4", "Bearer", "Bearer ", "bearer a.b.c", "Bearer " + "x" * 9000, "x"],
)
async def test_credentials_that_do_not_hold_are_a_401(house: House, authorization: str) -> None:
    answer = await house.as_(authorization=authorization).get("/requests")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    is_clear(answer)
