"""What the public was told it is told again, until something was done; nobody else's answer is."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from deploy.contracts import SERVICES, Create
from gateway.cache import kept
from gateway.cache.heads import Head
from shared.database import Sessions
from tests.house import COORDINATION, JUGENDAMT, House

ROOM = 1_000_000

LINK = "x" * 43


class Told:
    """A registry that says what it is told to say; `done` is how much was done there."""

    def __init__(self) -> None:
        self.text, self.done = "one", 1
        self.headers: dict[str, str] = {}
        self.status, self.more = 200, ""
        self.asked: list[str] = []
        self.hears, self.slowly = asyncio.Event(), asyncio.Event()
        self.slowly.set()

    @property
    def everywhere(self) -> dict[str, Create]:
        """It answers for every service."""
        return dict.fromkeys(SERVICES, self.app)

    def app(self, *_: object) -> FastAPI:
        app = FastAPI()

        @app.get("/registry/v1/events/head")
        async def head() -> Response:
            if self.status >= 500:
                return Response(status_code=self.status)
            return Response("{}", headers={"etag": f'"{self.done}"'})

        @app.api_route("/{path:path}", methods=["GET", "POST"])
        async def speak(request: Request) -> Response:
            self.asked.append(request.headers.get("if-none-match", "all"))
            self.hears.set()
            text, tag = self.text, f'"{self.text}"'
            if request.method == "GET":
                await self.slowly.wait()
            if request.headers.get("if-none-match") == tag:
                return Response(status_code=304, headers={"etag": tag})
            language = request.headers.get("accept-language", "")
            body = f"{text} {language} {request.headers.get('accept')}{self.more}"
            return Response(body, self.status, {"etag": tag} | self.headers)

        return app


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def house(told: Told) -> House:
    return House({}, told.everywhere, cache_bytes=ROOM)


UNITS = "/units"


def did(answer: httpx.Response) -> str:
    return answer.headers["cache-status"].removeprefix("kiezknoten; ")


async def test_the_second_reader_costs_the_service_nothing(house: House, told: Told) -> None:
    first, second = [await house.as_().get(UNITS) for _ in range(2)]

    assert told.asked == ["all"]
    assert (did(first), did(second)) == ("fwd=uri-miss; stored", "hit")
    assert first.content == second.content
    assert second.headers["age"] == "0"
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_who_has_it_already_is_told_so_by_the_cache(house: House, told: Told) -> None:
    """Even the first time: the service is asked for the whole, which others will want."""
    has = {"if-none-match": '"one"'}
    answers = [await house.as_(**has).get(UNITS) for _ in range(2)]
    other = await house.as_(**{"if-none-match": '"other"'}).get(UNITS)

    assert [each.status_code for each in answers] == [304, 304]
    assert all(each.content == b"" and each.headers["etag"] == '"one"' for each in answers)
    assert other.text.startswith("one")
    assert told.asked == ["all"]


async def test_as_soon_as_something_was_done_it_is_asked_for_news(
    house: House, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Head, "GOOD_FOR", 0.0)
    public = house.as_()
    await public.get(UNITS)
    unchanged = await public.get(UNITS)
    told.done = 2
    confirmed = await public.get(UNITS)
    told.done, told.text = 3, "two"
    renewed = await public.get(UNITS)

    assert did(unchanged) == "hit"
    assert did(confirmed) == "fwd=stale; fwd-status=304"
    assert did(renewed) == "fwd=stale; fwd-status=200; stored"
    assert [unchanged.text[:3], confirmed.text[:3], renewed.text[:3]] == ["one", "one", "two"]
    assert told.asked == ["all", '"one"', '"one"']


async def test_whoever_changed_something_reads_it_at_once(
    sessions: dict[str, Sessions], told: Told
) -> None:
    house = House({"gateway": sessions["gateway"]}, told.everywhere, cache_bytes=ROOM)
    public = house.as_()
    await public.get(UNITS)
    told.done, told.text = 2, "two"
    assert (await public.get(UNITS)).text.startswith("one"), "nobody knows of it yet"

    await house.as_(COORDINATION).post("/requests", json={})
    assert (await public.get(UNITS)).text.startswith("two")


async def test_whoever_changed_something_does_not_wait_with_those_who_asked_before(
    sessions: dict[str, Sessions], told: Told
) -> None:
    house = House({"gateway": sessions["gateway"]}, told.everywhere, cache_bytes=ROOM)
    told.slowly.clear()
    before = asyncio.create_task(house.as_().get(UNITS))
    await told.hears.wait()
    told.done, told.text = 2, "two"
    await house.as_(COORDINATION).post("/requests", json={})
    told.hears.clear()
    after = asyncio.create_task(house.as_().get(UNITS))
    await asyncio.wait_for(told.hears.wait(), 5)
    told.slowly.set()

    assert (await before).text.startswith("one")
    assert (await after).text.startswith("two")


async def test_a_head_asked_for_before_a_change_is_not_believed_after_it() -> None:
    asked, answer = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def ask() -> str:
        asked.set()
        return str(await answer)

    head = Head(ask)
    waiting = asyncio.create_task(head.current())
    await asked.wait()
    head.changed()
    answer.set_result("from before")

    await asyncio.sleep(0)
    assert head.text == ""
    assert await waiting == "from before", "asked again, the service still says so"


async def test_after_a_minute_it_is_asked_for_news_in_any_case(
    house: House, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The date of today decides what is overdue."""
    monkeypatch.setattr(kept, "GOOD_FOR", 0.0)
    await house.as_().get(UNITS)
    told.text = "two"
    assert (await house.as_().get(UNITS)).text.startswith("two")


async def test_a_hundred_who_want_the_same_ask_once(house: House, told: Told) -> None:
    told.slowly.clear()
    readers = [asyncio.create_task(house.as_().get(UNITS)) for _ in range(100)]
    for _ in range(2000):
        await asyncio.sleep(0)
    told.slowly.set()
    answers = await asyncio.gather(*readers)

    assert told.asked == ["all"]
    assert {did(each) for each in answers} == {
        "fwd=uri-miss; stored",
        "fwd=uri-miss; collapsed",
    }


async def test_what_turns_out_not_to_be_kept_is_asked_for_by_each(house: House, told: Told) -> None:
    told.headers = {"cache-control": "no-store"}
    answers = await asyncio.gather(*(house.as_().get(UNITS) for _ in range(5)))

    assert len(told.asked) == 5
    assert {each.text[:3] for each in answers} == {"one"}


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_while_the_service_is_away_old_news_say_that_they_are_old(
    house: House, told: Told, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Head, "GOOD_FOR", 0.0)
    await house.as_().get(UNITS)
    told.status = status
    old = [await house.as_().get(UNITS) for _ in range(2)]
    other = await house.as_().get("/topics")
    told.status, told.text, told.done = 200, "two", 2
    await asyncio.sleep(Head.BETWEEN)
    back = await house.as_().get(UNITS)
    while did(back).startswith("hit; ttl=-"):
        await asyncio.sleep(0.01)
        back = await house.as_().get(UNITS)

    assert [each.status_code for each in old] == [200, 200]
    assert all(did(each).startswith("hit; ttl=-") for each in old)
    assert all(did(each).endswith("; detail=service-away") for each in old)
    assert {each.text[:3] for each in old} == {"one"}
    assert other.status_code == status, "what is not there is not made up"
    assert back.text.startswith("two")


async def test_a_refusal_takes_what_was_kept_away(
    house: House, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was withdrawn is not shown from memory when the service falls afterwards."""
    monkeypatch.setattr(Head, "GOOD_FOR", 0.0)
    await house.as_().get(UNITS)
    told.status, told.done, told.text = 404, 2, "gone"
    gone = await house.as_().get(UNITS)
    told.status = 503
    after = await house.as_().get(UNITS)

    assert (gone.status_code, after.status_code) == (404, 503)


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "TOKEN"},
        {"x-contribution-link": LINK},
        {"range": "bytes=0-1"},
        {"if-match": '"one"'},
        {"prefer": "return=minimal"},
    ],
    ids=lambda headers: next(iter(headers)),
)
async def test_h14_whoever_says_who_they_are_goes_past_the_cache(
    house: House, told: Told, headers: dict[str, str]
) -> None:
    """Neither is it filled by what they are shown, nor are they shown what is in it."""
    if "authorization" in headers:
        headers = {"authorization": house.as_(JUGENDAMT).headers["authorization"]}
    named = house.as_(**headers)
    first = await named.get(UNITS)
    public = await house.as_().get(UNITS)
    told.text = "two"
    again = await named.get(UNITS)

    assert [did(first), did(again)] == ["fwd=bypass"] * 2
    assert did(public) == "fwd=uri-miss; stored"
    assert again.text.startswith("two")


async def test_h14_caches_on_the_way_are_told_what_is_for_one_reader_only(house: House) -> None:
    public = await house.as_().get(UNITS)
    named = [
        await house.as_(JUGENDAMT).get(UNITS),
        await house.as_(**{"x-contribution-link": LINK}).get(UNITS),
    ]
    refused = await house.as_().get("/nothing")

    assert public.headers["cache-control"] == "no-cache"
    assert [each.headers["cache-control"] for each in named] == ["private, no-cache"] * 2
    assert refused.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"set-cookie": "a=b"},
        {"cache-control": "private"},
        {"cache-control": "max-age=0, no-store"},
        {"vary": "Cookie"},
        {"vary": "*"},
        {"etag": 'W/"one"'},
        {"etag": ""},
        {"content-range": "bytes 0-1/2"},
    ],
    ids=str,
)
async def test_h14_what_is_not_for_everybody_is_not_kept(
    house: House, told: Told, headers: dict[str, str]
) -> None:
    told.headers = headers
    answers = [await house.as_().get(UNITS) for _ in range(2)]

    assert len(told.asked) == 2
    assert "stored" not in did(answers[0])
    assert "hit" not in did(answers[1])


async def test_c13_a_language_and_a_media_type_have_answers_of_their_own(
    house: House, told: Told
) -> None:
    told.headers = {"vary": "Accept, Accept-Language"}
    asked = [
        {"accept-language": language, "accept": accept}
        for language in ("de", "en")
        for accept in ("application/json", "text/html")
    ]
    for _ in range(2):
        for each in asked:
            answer = await house.as_(**each).get(UNITS)
            assert answer.text == f"one {each['accept-language']} {each['accept']}"

    assert len(told.asked) == 4


async def test_c13_an_answer_that_is_the_same_for_every_media_type_is_kept_once(
    house: House, told: Told
) -> None:
    for accept in ("application/json", "*/*"):
        await house.as_(accept=accept).get(UNITS)
    assert len(told.asked) == 1


async def test_c13_another_address_or_query_is_another_answer(house: House, told: Told) -> None:
    for path in ("/units", "/units?limit=1", "/units?limit=2", "/topics"):
        assert did(await house.as_().get(path)) == "fwd=uri-miss; stored"
    assert len(told.asked) == 4


async def test_memory_is_bounded_and_the_least_used_goes_first(told: Told) -> None:
    house = House({}, told.everywhere, cache_bytes=4_500)
    await house.as_().get("/units?limit=1")
    for number in range(2, 8):
        await house.as_().get(f"/units?limit={number}")
        assert did(await house.as_().get("/units?limit=1")) == "hit"

    assert did(await house.as_().get("/units?limit=2")) == "fwd=uri-miss; stored"


async def test_what_is_too_large_is_passed_on_and_not_kept(
    house: House, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "LARGEST", 5)
    answers = [await house.as_().get(UNITS) for _ in range(2)]
    assert [did(each) for each in answers] == ["fwd=uri-miss", "fwd=bypass"]


async def test_without_room_nothing_is_kept(told: Told) -> None:
    house = House({}, told.everywhere, cache_bytes=0)
    assert {did(await house.as_().get(UNITS)) for _ in range(2)} == {"fwd=bypass"}


async def test_the_true_registry_is_read_once_and_again_after_each_change(
    sessions: dict[str, Sessions],
) -> None:
    """The same with the real service: its ETags, its journal, its head."""
    house = House(sessions, cache_bytes=ROOM)
    public = house.as_()
    one = await house.a_request("06.spk", "06.jugendamt")
    first, second = [await public.get(f"/requests/{one}") for _ in range(2)]
    await house.a_reply(one, "06.jugendamt")
    third = await public.get(f"/requests/{one}")

    assert [did(each) for each in (first, second)] == ["fwd=uri-miss; stored", "hit"]
    assert did(third) == "fwd=stale; fwd-status=200; stored"
    assert (first.json()["standing"], third.json()["standing"]) == ("open", "accepted")


async def test_c13_what_only_an_office_may_read_never_reaches_the_public(
    sessions: dict[str, Sessions],
) -> None:
    house = House(sessions, cache_bytes=ROOM)
    secret = await house.a_request("06.spk", "06.jugendamt", visibility="internal")
    path = f"/requests/{secret}"
    seen = []
    for _ in range(2):
        seen += [(await house.as_(hat).get(path)).status_code for hat in (JUGENDAMT, COORDINATION)]
        seen.append((await house.as_().get(path)).status_code)
        assert (await house.as_().get("/events")).json()["events"] == []

    assert seen == [200, 200, 404] * 2
