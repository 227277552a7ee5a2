"""Browsers, caches and rates on a running platform: nobody reads or spends what is another's."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from tests.house import ACCEPTED, QUESTION
from tests.journeys.started import Gateway, Started, until
from tests.security.attacks.wire import HungUp, Wire, request

PAGE = "https://kiez.berlin.de"
COORDINATION = "district_coordination@06.bezirkskoordination"
OFFICE = "lead@06.jugendamt"
OTHER_OFFICE = "lead@06.sozialamt"
UNITS = "/registry/v1/units?limit=3"


def cached(answer: httpx.Response) -> str:
    return answer.headers["cache-status"].removeprefix("kiezknoten; ")


def a_request(platform: Started, **more: str) -> str:
    """The address of a new request of the coordination to the youth office."""
    draft = QUESTION | {"addressee": "06.jugendamt", "visibility": "public"} | more
    made = platform.as_(COORDINATION).post("/registry/v1/requests", json=draft)
    return f"/registry/v1/requests/{made.raise_for_status().json()['id']}"


def asking(address: str, **headers: str) -> httpx.Client:
    return httpx.Client(base_url=address, headers=headers, timeout=20, trust_env=False)


# What is kept


def test_whoever_writes_reads_it_at_once(platform: Started) -> None:
    public, office = platform.as_(), platform.as_(OFFICE)
    for _ in range(5):
        path = a_request(platform)
        before = [public.get(path) for _ in range(2)]
        office.post(f"{path}/replies", json=ACCEPTED).raise_for_status()
        after = public.get(path)

        assert [cached(each) for each in before] == ["fwd=uri-miss; stored", "hit"]
        assert [each.json()["standing"] for each in (*before, after)] == [
            "open",
            "open",
            "accepted",
        ]


def test_what_is_done_past_this_gateway_is_seen_within_seconds(platform: Started) -> None:
    """Another gateway writes; this one hears of it by the head of the journal."""
    path, public = a_request(platform), platform.as_()
    public.get(path)
    token = platform.as_(OFFICE).headers["authorization"]
    with platform.another_gateway() as other, asking(other.address, authorization=token) as office:
        office.post(f"{path}/replies", json=ACCEPTED).raise_for_status()
        until(lambda: public.get(path).json()["standing"], lambda standing: standing == "accepted")


def test_while_a_service_is_away_old_news_say_so(platform: Started) -> None:
    public = platform.as_()
    path = a_request(platform)
    public.get(path).raise_for_status()
    with platform.paused("services.registry"):
        old = until(lambda: public.get(path), lambda answer: "away" in cached(answer))
        unknown = public.get(f"/registry/v1/requests/{uuid4()}")
        named = platform.as_(OFFICE).get(path)
    until(lambda: cached(public.get(path)), lambda how: how == "hit")

    assert (old.status_code, old.json()["standing"]) == (200, "open")
    assert cached(old).startswith("hit; ttl=-")
    assert int(old.headers["age"]) >= 0
    assert unknown.status_code >= 500, "what is not kept is not made up"
    assert named.status_code >= 500, "who is known is not told old news"


# H14, C13


def test_h14_an_answer_to_somebody_is_no_answer_to_anybody(platform: Started) -> None:
    """Offices, link holders and the public ask for the same address in turn."""
    path = a_request(platform, visibility="internal")
    seen = {
        name: [client.get(path).status_code for _ in range(2)]
        for name, client in {
            "office": platform.as_(OFFICE),
            "public": platform.as_(),
            "other office": platform.as_(OTHER_OFFICE),
            "link": platform.as_(**{"x-contribution-link": "x" * 43}),
        }.items()
    }
    again = platform.as_().get(path)

    assert seen == {
        "office": [200, 200],
        "public": [404, 404],
        "other office": [200, 200],
        "link": [404, 404],
    }
    assert again.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("tail", ["/x.css", ";x.css", "/..%2fx.css", "%2ex.css", "?x.css"])
def test_h14_an_address_dressed_as_a_style_sheet_is_none(platform: Started, tail: str) -> None:
    """Cache deception: the office is lured to an address that a cache takes for a file."""
    path = a_request(platform, visibility="internal")
    lured = platform.as_(OFFICE).get(path + tail)
    fetched = platform.as_().get(path + tail)

    assert {lured.status_code, fetched.status_code} <= {400, 404}
    assert "hit" not in fetched.headers.get("cache-status", "")


def test_h14_a_part_is_neither_taken_from_the_cache_nor_put_there(platform: Started) -> None:
    path = a_request(platform)
    part = platform.as_(range="bytes=0-5").get(path)
    whole = platform.as_().get(path)
    part_again = platform.as_(range="bytes=0-5").get(path)

    assert [cached(part), cached(part_again)] == ["fwd=bypass"] * 2
    assert cached(whole) == "fwd=uri-miss; stored"
    assert whole.json()["question"] == QUESTION["question"]


def test_h14_languages_do_not_mix(platform: Started) -> None:
    path = f"/registry/v1/requests/{uuid4()}"
    told = [
        platform.as_(**{"accept-language": language}).get(path).json()["detail"]
        for language in ("de", "en", "de")
    ]
    assert told[0] == told[2] != told[1]


def test_h14_a_header_said_twice_goes_past_the_cache(platform: Started) -> None:
    path = a_request(platform)
    platform.as_().get(path)
    with Wire(platform.address) as wire:
        twice = request(f"GET {path} HTTP/1.1", "Accept: a/b", "Accept: application/json")
        answer = wire.send(twice).answer()
    assert answer.headers["cache-status"] == "kiezknoten; fwd=bypass"


def test_c13_a_secret_record_changes_nothing_that_the_public_can_ask_for(
    platform: Started,
) -> None:
    """Neither feed, cursor nor tag; the head changes, and says nothing of what was done."""
    public = platform.as_()
    asked = "/registry/v1/events?limit=1000"
    before, head = public.get(asked), public.get("/registry/v1/events/head")
    a_request(platform, visibility="internal")
    after, later = public.get(asked), public.get("/registry/v1/events/head")

    assert before.content == after.content
    assert before.headers["etag"] == after.headers["etag"]
    assert head.json().keys() == later.json().keys() == {"head"}
    assert len(head.json()["head"]) == len(later.json()["head"])


# H12


@pytest.fixture(scope="module")
def open_to_a_page(platform: Started) -> Iterator[Gateway]:
    with platform.another_gateway(GATEWAY_CORS_ORIGINS=f'["{PAGE}"]') as gateway:
        yield gateway


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        f"{PAGE}.evil.example",
        "https://evilkiez.berlin.de",
        "http://kiez.berlin.de",
        f"{PAGE}:444",
        f"{PAGE}/",
        f"{PAGE}, https://evil.example",
        "file://",
    ],
)
def test_h12_no_page_but_the_very_one_reads_us(open_to_a_page: Gateway, origin: str) -> None:
    asked = {"origin": origin, "access-control-request-method": "GET"}
    with asking(open_to_a_page.address) as client:
        read = client.get(UNITS, headers={"origin": origin})
        preflight = client.options(UNITS, headers=asked)

    assert "access-control-allow-origin" not in read.headers
    assert "access-control-allow-origin" not in preflight.headers
    assert "origin" in read.headers["vary"].lower()


def test_h12_a_kept_answer_still_names_only_who_asks(open_to_a_page: Gateway) -> None:
    """One page's leave must not be kept and given to another."""
    with asking(open_to_a_page.address) as client:
        origins = [PAGE, "https://evil.example", "", PAGE]
        answers = [client.get(UNITS, headers={"origin": o} if o else {}) for o in origins]

    assert cached(answers[-1]) == "hit"
    allowed = [each.headers.get("access-control-allow-origin") for each in answers]
    assert allowed == [PAGE, None, None, PAGE]


def test_h12_a_preflight_is_the_same_for_every_identity(
    platform: Started, open_to_a_page: Gateway
) -> None:
    asked = {"origin": PAGE, "access-control-request-method": "POST"}
    asked["access-control-request-headers"] = "authorization,x-acting-as"
    tokens = [platform.as_(hat).headers["authorization"] for hat in (OFFICE, COORDINATION)]
    with asking(open_to_a_page.address) as client:
        answers = [
            client.options("/registry/v1/requests", headers=asked | more)
            for more in ({}, *({"authorization": token} for token in tokens))
        ]

    said = [{k: v for k, v in a.headers.items() if k.startswith("access-c")} for a in answers]
    assert said[0] == said[1] == said[2]
    assert int(said[0]["access-control-max-age"]) <= 600
    assert "access-control-allow-credentials" not in said[0]


# O6


FEW = {"GATEWAY_RATE_PER_ADDRESS": "5/day"}


@pytest.fixture
def narrow(platform: Started) -> Iterator[Gateway]:
    with platform.another_gateway(**FEW) as gateway:
        yield gateway


@pytest.fixture
def behind_a_proxy(platform: Started) -> Iterator[Gateway]:
    trusted = '["127.0.0.0/8", "::1/128", "fd00::/8"]'
    with platform.another_gateway(**FEW, GATEWAY_TRUSTED_PROXIES=trusted) as gateway:
        yield gateway


def statuses(address: str, forwarded: list[str]) -> list[int]:
    with asking(address) as client:
        return [
            client.get(UNITS, headers={"x-forwarded-for": each}).status_code for each in forwarded
        ]


def test_o6_a_made_up_address_counts_for_nothing(narrow: Gateway) -> None:
    invented = [f"198.51.100.{number}" for number in range(7)]
    assert statuses(narrow.address, invented) == [200] * 5 + [429] * 2


def test_o6_new_connections_links_and_bad_tokens_are_no_way_round(narrow: Gateway) -> None:
    for number in range(5):
        with asking(narrow.address, **{"x-contribution-link": f"{number}" * 43}) as client:
            assert client.get(UNITS).status_code == 200
    with asking(narrow.address) as client:
        refused = client.get(UNITS)
        tried = [
            client.get(path, headers={"authorization": f"Bearer {number}.x.y"}).status_code
            for number in range(3)
            for path in (UNITS, "/nothing")
        ]

    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert refused.headers["ratelimit"].startswith('"address";r=0;t=')
    assert tried == [401, 404, 401, 404, 401, 429]


def test_o6_one_household_is_one_address(behind_a_proxy: Gateway) -> None:
    """Whoever has a /64 has more addresses than there are seconds."""
    same = [f"2001:db8:1:2:{number:x}::1" for number in range(7)]
    other = ["2001:db8:1:3::1"]
    assert statuses(behind_a_proxy.address, same + other) == [200] * 5 + [429] * 2 + [200]


def test_o6_only_the_last_word_before_our_proxies_counts(behind_a_proxy: Gateway) -> None:
    invented = [f"203.0.113.{number}, 198.51.100.1, fd00::7" for number in range(7)]
    assert statuses(behind_a_proxy.address, invented) == [200] * 5 + [429] * 2


def test_o6_a_kept_answer_costs_as_well(narrow: Gateway) -> None:
    with asking(narrow.address) as client:
        answers = [client.get(UNITS) for _ in range(6)]
    assert cached(answers[4]) == "hit"
    assert [each.status_code for each in answers] == [200] * 5 + [429]


# A28


def test_a28_no_connection_outlives_a_decision(platform: Started) -> None:
    """There are no web sockets and no event streams: each request is decided anew."""
    fields = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
    knock = request("GET /registry/v1/events HTTP/1.1", *fields, "Sec-WebSocket-Key: " + "a" * 24)
    with Wire(platform.address) as wire:
        try:
            upgraded = wire.send(knock).answer().status == 101
        except HungUp:
            upgraded = False
    stream = platform.as_(accept="text/event-stream").get("/registry/v1/events?limit=1")

    assert not upgraded
    assert stream.headers["content-type"] == "application/json"


def test_a28_what_a_hat_was_shown_is_not_shown_without_it(platform: Started) -> None:
    path = a_request(platform, visibility="internal")
    office = platform.as_(OFFICE)
    assert office.get(path).status_code == 200
    del office.headers["authorization"]
    assert office.get(path).status_code == 404
    assert office.get(path, headers={"authorization": "Bearer a.b.c"}).status_code == 401
