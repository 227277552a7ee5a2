"""No header says who somebody is, where a request leads or what it may do: attacks H1 to H9."""

import json
from collections.abc import Iterator

import httpx
import pytest

from deploy.local.identity import demo_token
from tests.house import COORDINATION, House
from tests.journeys.started import Started
from tests.security.attacks.wire import Answer, request, told

INTERNAL = "/registry/v1/requests"
PUBLIC = "/registry/v1/units?limit=1"
HAT = "district_coordination@06.spk"
EVIL = "evil.example"


def asked(platform: Started, *fields: str, target: str = INTERNAL) -> Answer:
    """The answer to a request with these header fields, over a connection of its own."""
    return told(platform.address, request(f"GET {target} HTTP/1.1", *fields))


def bearer(platform: Started) -> str:
    return f"Authorization: Bearer {demo_token(platform.house, HAT)}"


@pytest.fixture(scope="module", autouse=True)
def unharmed(platform: Started) -> Iterator[None]:
    """Whoever comes next is served as before."""
    yield
    assert asked(platform, target=PUBLIC).status == 200
    assert asked(platform, bearer(platform)).status == 200


# Names under which proxies and frameworks have passed identity on.
CLAIMED = {
    "H1": "X-Internal-Token: {token}",
    "H1-caller": "X-Kiez-Token: {token}",
    "H1-user": f"X-Remote-User: {HAT}",
    "H1-auth-request": f"X-Auth-Request-User: {HAT}",
    "H1-unit": "X-Unit: 06.spk",
    "H1-role": "X-Role: lead",
    "H2": "X_Internal_Token: {token}",
    "H2-authorization": "X_Authorization: Bearer {token}",
    "H3": "X.Internal.Token: {token}",
    "H4-acting": f"x-AcTiNg-As: {HAT}",
    "H8-cookie": "Cookie: access_token={token}; Authorization=Bearer {token}",
    "H8-proxy": "Proxy-Authorization: Bearer {token}",
}


@pytest.mark.parametrize("field", CLAIMED.values(), ids=list(CLAIMED))
def test_a_header_of_ones_own_makes_nobody_somebody(platform: Started, field: str) -> None:
    answer = asked(platform, field.format(token=demo_token(platform.house, HAT)))

    assert answer.status in {400, 401}
    assert "items" not in json.loads(answer.body)


@pytest.mark.parametrize(
    "pair",
    [
        ("Authorization: Bearer x.y.z", "{good}"),
        ("{good}", "authorization: Bearer x.y.z"),
        ("{good}", "{good}"),
        ("{good}", "AUTHORIZATION: "),
        ("{good}", f"X-Acting-As: {HAT}", "x-acting-as: lead@06.jugendamt"),
    ],
    ids=lambda pair: f"H4 {len(pair)} {pair[0][:14]}",
)
def test_what_has_to_be_said_once_is_refused_twice(
    platform: Started, pair: tuple[str, ...]
) -> None:
    good = bearer(platform)
    answer = asked(platform, *(field.format(good=good) for field in pair))

    assert answer.status == 400


@pytest.mark.parametrize(
    "named",
    ["X-Request-Id, Authorization", "authorization", "close, X-Acting-As, If-Match", "x, host"],
    ids=lambda named: f"H5 {named}",
)
def test_connection_takes_no_header_away(platform: Started, named: str) -> None:
    answer = asked(platform, f"Connection: {named}", bearer(platform))

    # Refused, or served as the hat that asked; never as somebody without one (401, or fewer rows).
    assert answer.status in {200, 400}
    anonymous = asked(platform, f"Connection: {named}")
    assert anonymous.status in {400, 401}


FORWARDED = {
    "H6-for": "X-Forwarded-For: 127.0.0.1",
    "H6-host": f"X-Forwarded-Host: {EVIL}",
    "H6-proto": "X-Forwarded-Proto: gopher",
    "H6-uri": "X-Forwarded-Uri: /registry/v1/requests",
    "H6-prefix": f"X-Forwarded-Prefix: //{EVIL}/",
    "H6-server": f"X-Forwarded-Server: {EVIL}",
    "H6-forwarded": f'Forwarded: for="_{EVIL}";host="{EVIL}";proto="a\\"b"',
    "H6-real-ip": "X-Real-IP: 127.0.0.1",
    "H7-original-url": "X-Original-URL: /registry/v1/requests",
    "H7-original-uri": "X-Original-URI: /registry/v1/requests",
    "H7-rewrite-url": "X-Rewrite-URL: /registry/v1/requests",
    "H7-method": "X-HTTP-Method-Override: POST",
    "H7-method-short": "X-Method-Override: DELETE",
}


@pytest.mark.parametrize("field", FORWARDED.values(), ids=list(FORWARDED))
def test_where_a_request_leads_is_in_its_first_line_alone(platform: Started, field: str) -> None:
    for target in (PUBLIC, INTERNAL, "/authority", "/nowhere"):
        plain, disguised = asked(platform, target=target), asked(platform, field, target=target)
        assert disguised.status == plain.status
        assert disguised.body == plain.body
        assert EVIL not in disguised.whole


def test_h7_a_method_in_the_query_is_refused(platform: Started) -> None:
    answer = asked(platform, target="/registry/v1/units?_method=POST")

    assert (answer.status, answer.problem["type"]) == (400, "/problems/unknown-parameter")


def test_h8_a_token_in_the_query_is_refused(platform: Started) -> None:
    token = demo_token(platform.house, HAT)
    for query in ("access_token", "token"):
        target = f"/registry/v1/units?{query}={token}"
        answer = asked(platform, target=target)
        assert (answer.status, answer.problem["type"]) == (400, "/problems/unknown-parameter")
        assert token not in answer.whole


TRACES = {
    "H9-empty": "traceparent: ",
    "H9-words": "traceparent: not-a-trace",
    "H9-zeros": f"traceparent: 00-{'0' * 32}-{'0' * 16}-00",
    "H9-version": f"traceparent: ff-{'a' * 32}-{'b' * 16}-01",
    "H9-long": f"traceparent: 00-{'a' * 32}-{'b' * 16}-01-{'c' * 4000}",
    "H9-state": "tracestate: " + ",".join(f"k{n}=v" for n in range(1000)),
    "H9-baggage": "baggage: " + "k=v;" * 2000,
    "H9-giant": "tracestate: " + "x" * 200_000,
}


@pytest.mark.parametrize("field", TRACES.values(), ids=list(TRACES))
def test_a_trace_that_makes_no_sense_does_no_harm(platform: Started, field: str) -> None:
    answer = asked(platform, field, target=PUBLIC)

    assert answer.status == (200 if len(field) < 10_000 else answer.status)
    assert answer.status in {200, 400, 413, 431}


KEPT_OUT = {
    *("x-internal-token", "x_internal_token", "x.internal.token", "x-kiez-token", "cookie"),
    *("x-remote-user", "x-role", "x-unit", "x-acting-as", "proxy-authorization"),
    *("forwarded", "x-forwarded-for", "x-forwarded-host", "x-original-url"),
    *("x-http-method-override", "baggage", "tracestate", "connection", "te", "upgrade"),
}


async def test_h1_to_h9_a_service_hears_of_no_header_that_is_not_on_the_list(house: House) -> None:
    sent = dict.fromkeys(KEPT_OUT - {"x-acting-as"}, "lead@06.jugendamt")
    outside = house.as_(COORDINATION, **sent, **{"x-acting-as": "district_coordination@06.spk"})

    assert (await outside.get("/requests")).status_code == 200
    (inside,) = house.upstream.asked
    assert not KEPT_OUT & {*inside.headers}
    # What the caller sent to prove itself goes no further; the service gets a token of ours.
    assert inside.headers["authorization"] != outside.headers["authorization"]
    assert httpx.URL(inside.url).host == "registry"
