"""What a partner may answer, and what is made of it: data, or a trouble that has a name."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from services.datahub.senate.connectors import partner, prisma
from services.datahub.senate.connectors.own_format import OwnFormat
from services.datahub.senate.connectors.partner import Partner
from services.datahub.senate.connectors.prisma import IndicatorValue
from services.datahub.senate.connectors.trouble import (
    CursorRefused,
    Failing,
    Malformed,
    NotData,
    TokenRefused,
    Trouble,
    Unreachable,
)

Handler = Callable[[httpx.Request], httpx.Response]
VALUE = {
    "id": "kid:1",
    "modified": "2026-01-05T06:00:00Z",
    "area_key": "06200419",
    "lor_version": "2021",
    "indicator": "kid",
    "period": "2025",
    "value": 1.5,
    "status": "A",
}


def connector(handler: Handler, pauses: tuple[float, ...] = ()) -> OwnFormat:
    client = httpx.AsyncClient(
        base_url="http://partner/prisma/", transport=httpx.MockTransport(handler)
    )
    return OwnFormat(prisma.SOURCE, IndicatorValue, Partner(client, pauses))


def page(*items: dict[str, Any], following: str | None = None) -> httpx.Response:
    return httpx.Response(200, json={"items": list(items), "next": following, "total": len(items)})


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (httpx.Response(401), TokenRefused),
        (httpx.Response(403), TokenRefused),
        (httpx.Response(410), CursorRefused),
        (httpx.Response(429), Failing),
        (httpx.Response(500), Failing),
        (httpx.Response(302, headers={"location": "http://elsewhere/"}), Malformed),
        (httpx.Response(404), Malformed),
        (httpx.Response(200, html="<p>Wartung"), NotData),
        (httpx.Response(200, text="[", headers={"content-type": "application/json"}), NotData),
        (httpx.Response(200, json=[]), Malformed),
        (httpx.Response(200, json={"items": []}), Malformed),
        (httpx.Response(200, text="{}"), NotData),
    ],
)
async def test_every_bad_answer_has_a_name(answer: httpx.Response, trouble: type[Trouble]) -> None:
    with pytest.raises(trouble):
        await connector(lambda _: answer).changes(None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": None},
        {"status": "Q"},
        {"status": "secret"},
        {"value": float("nan")},
        {"value": "1,5"},
        {"area_key": 6200419},
        {"area_key": "6200419"},
        {"lor_version": "1999"},
        {"period": "2025-13"},
        {"modified": "2026-01-05T06:00:00"},
        {"id": ""},
        {"indicator": "x; DROP TABLE"},
    ],
)
async def test_a_value_that_contradicts_the_format_is_refused(wrong: dict[str, Any]) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return page(VALUE | wrong) if wrong.get("value") == wrong.get("value") else nan()

    def nan() -> httpx.Response:
        body = page(VALUE).text.replace("1.5", "NaN")
        return httpx.Response(200, text=body, headers={"content-type": "application/json"})

    with pytest.raises(Malformed, match="record"):
        await connector(answer).changes(None, None)


async def test_a_field_that_is_new_there_harms_nobody() -> None:
    batch = await connector(lambda _: page(VALUE | {"new": 1})).changes(None, None)

    assert batch.told[0].says["value"] == 1.5
    assert "new" not in batch.told[0].says


async def test_pages_that_go_round_in_a_circle_are_noticed() -> None:
    circle = connector(lambda _: page(following="again"))

    batch = await circle.changes(None, None)
    with pytest.raises(Malformed, match="circle"):
        await circle.changes(None, batch.next)


async def test_a_partner_is_given_the_pause_it_asks_for_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paused: list[float] = []

    async def pausing(seconds: float) -> None:
        paused.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", pausing)
    wishes = iter(("3", "9999", "soon"))

    def busy(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503, headers={"retry-after": next(wishes, "")})

    with pytest.raises(Failing):
        await connector(busy, (1.0, 2.0, 4.0)).changes(None, None)

    assert paused == [3.0, partner.LONGEST_PAUSE, 4.0]


async def test_an_answer_without_end_is_not_read_to_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(partner, "LARGEST_ANSWER", 100)

    with pytest.raises(Malformed, match="more than 100 bytes"):
        await connector(lambda _: page(VALUE)).changes(None, None)


async def test_an_answer_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partner, "LONGEST_ATTEMPT", 0.05)

    class Trickle(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            while True:
                await asyncio.sleep(0.01)
                yield b" "

    with pytest.raises(Unreachable, match="TimeoutError"):
        await connector(lambda _: httpx.Response(200, stream=Trickle())).changes(None, None)


async def test_the_token_is_not_carried_to_another_host() -> None:
    asked: list[str] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"location": "http://elsewhere/"})

    with pytest.raises(Malformed):
        await connector(elsewhere).state(None)

    assert asked == ["partner"]
