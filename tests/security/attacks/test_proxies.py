"""Nobody talks nginx into forwarding something other than what was decided."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from deploy.local.identity import demo_token
from gateway.forwarding.proxy import RETURNED
from tests.deploy.nginx import MISSING, PROGRAM, an_nginx, in_front
from tests.deploy.recorder import Recorder, a_recorder
from tests.journeys.started import PROXY_SECRET, Started
from tests.security.attacks.wire import Answer, HungUp, Wire, request, told

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=MISSING)

UNITS = "/registry/v1/units"
SPOOFED = "/registry/v1/requests"
# What a read of the units by the public makes of its header fields.
OURS = {"host", "authorization", "x-request-id", "accept-encoding"}


class Front(NamedTuple):
    """nginx before the platform's gateway, and before services that keep every byte."""

    address: str
    registry: Recorder
    others: Recorder

    def hears(self, line: str, *fields: str, body: bytes = b"") -> Answer:
        """The answer to exactly this request; what was heard before is forgotten."""
        self.forget()
        return told(self.address, request(line, *fields, body=body))

    def forget(self) -> None:
        for each in (self.registry, self.others):
            each.heard.clear()

    @property
    def heard(self) -> list[str]:
        """The request lines that came through to a service."""
        return [*self.registry.lines, *self.others.lines]


@pytest.fixture(scope="module")
def front(platform: Started) -> Iterator[Front]:
    with a_recorder() as registry, a_recorder() as others:
        configuration, port = in_front(
            PROXY_SECRET,
            GATEWAY=platform.address.removeprefix("http://"),
            REGISTRY=registry.place,
            DATAHUB=others.place,
            PARTICIPATION=others.place,
        )
        with an_nginx(configuration, port) as address:
            yield Front(address, registry, others)


def bearer(platform: Started, hat: str) -> str:
    return f"Authorization: Bearer {demo_token(platform.house, hat)}"


def token_heard(front: Front) -> str:
    """The token that the registry got."""
    return front.registry.fields()["authorization"]


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/registry/v1/requests/../../datahub", id="P1"),
        pytest.param("/registry/../registry/v1/units", id="P1-back"),
        pytest.param("/registry/v1/%2e%2e/v1/units", id="P2"),
        pytest.param("/nosuch/%2e%2e/registry/v1/units", id="P2-into"),
        pytest.param("/registry/v1/..%2fv1/units", id="P3"),
        pytest.param("/registry%2Fv1%2Funits", id="P4"),
        pytest.param("/registry/v1/requests%2F..%2Funits", id="P4-inner"),
        pytest.param("/registry/v1\\units", id="P5"),
        pytest.param("//registry/v1/units", id="P6"),
        pytest.param("/registry/v1//units", id="P6-inner"),
        pytest.param("/registry/v1/units;x", id="P7"),
        pytest.param("/registry/v1/x/..;/units", id="P8"),
        pytest.param("/registry/v1/units%00", id="P10"),
        pytest.param("/registry/v1/units%0d%0aX-Unit:%20a", id="P11"),
        pytest.param("/registry/v1/%252e%252e/units", id="P12"),
        pytest.param("/registry/v1/units#x", id="P14"),
        pytest.param("/registry/v1/units%3fx=1", id="P15"),
        pytest.param("/registry/v1/%75nits", id="P16"),
        pytest.param("/registry/v1/units/", id="P18"),
        pytest.param("/registry/v1/units/.", id="P18-dot"),
        pytest.param("http://elsewhere.example/registry/v1/../v1/units", id="P20-dots"),
    ],
)
def test_a_disguised_address_reaches_no_service(front: Front, address: str) -> None:
    answer = front.hears(f"GET {address} HTTP/1.1")

    assert answer.status == 400, answer
    assert answer.problem["status"] == 400
    assert front.heard == []


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/REGISTRY/v1/units", id="P17"),
        pytest.param("/registryx/v1/units", id="P25"),
        pytest.param("/registry../v1/units", id="P25-dots"),
    ],
)
def test_an_address_that_looks_alike_does_not_exist(front: Front, address: str) -> None:
    answer = front.hears(f"GET {address} HTTP/1.1")

    assert answer.status in {400, 404}
    assert answer.problem
    assert front.heard == []


@pytest.mark.parametrize("query", ["", "?limit=3", "?q=a%2F..%2Fx//%7E&r=/../y?:@", "?q=%C3%A4"])
def test_what_was_decided_on_is_forwarded_byte_by_byte(front: Front, query: str) -> None:
    answer = front.hears(f"GET {UNITS}{query} HTTP/1.1")

    assert answer.status == 200, answer
    assert front.heard == [f"GET {UNITS}{query} HTTP/1.1"]


def test_p20_an_absolute_address_leads_to_no_other_host(front: Front) -> None:
    answer = front.hears(f"GET http://elsewhere.example{UNITS} HTTP/1.1")

    assert answer.status in {200, 400}
    assert front.heard in ([], [f"GET {UNITS} HTTP/1.1"])
    if front.heard:
        assert front.registry.fields()["host"] == "kiez_registry"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "OPTIONS", "PROPFIND"])
def test_p21_a_method_that_nobody_offers_reaches_no_service(front: Front, method: str) -> None:
    target = "localhost:80" if method == "CONNECT" else UNITS
    answer = front.hears(f"{method} {target} HTTP/1.1")

    assert answer.status in {400, 405}, answer
    assert answer.problem
    assert front.heard == []


def spoofs() -> Iterator[str]:
    """Every way to write what only nginx may say."""
    for name, value in (
        ("X-Original-URI", UNITS),
        ("X-Original-Method", "GET"),
        ("X-Original-Content-Length", "0"),
        ("X-Original-Transfer-Encoding", "x"),
        ("X-Proxy-Secret", "a guess"),
        ("X-Internal-Authorization", "Bearer stolen"),
    ):
        for written in (name, name.lower(), name.replace("-", "_"), name.replace("-", ".")):
            yield f"{written}: {value}"


@pytest.mark.parametrize("field", list(spoofs()))
def test_h7_the_original_address_is_nobodys_to_say(
    platform: Started, front: Front, field: str
) -> None:
    """The public may not ask an office; claiming to read the units does not change that."""
    refused = front.hears(f"POST {SPOOFED} HTTP/1.1", field, "Content-Length: 2", body=b"{}")
    unharmed = front.hears(f"GET {UNITS} HTTP/1.1", field)

    assert (refused.status, unharmed.status) == (401, 200), refused
    assert front.heard == [f"GET {UNITS} HTTP/1.1"]
    assert set(front.registry.fields()) == OURS
    assert PROXY_SECRET.encode() not in front.registry.heard[-1]


@pytest.mark.parametrize("path", ["/authorize", f"/authorize{UNITS}", "/.decision"])
@pytest.mark.parametrize("secret", ["", "x", PROXY_SECRET])
def test_h1_nobody_gets_an_internal_token_through_nginx(
    front: Front, path: str, secret: str
) -> None:
    """Not even with the right secret: nginx lets nobody else say it."""
    fields = [f"X-Proxy-Secret: {secret}", "X-Original-Method: GET", f"X-Original-URI: {UNITS}"]
    answer = front.hears(f"GET {path} HTTP/1.1", *fields)

    assert answer.status in {400, 403, 404}
    assert "bearer" not in answer.whole.lower()
    assert front.heard == []


@pytest.mark.parametrize(
    "fields",
    [
        ("X-Proxy-Secret: wrong",),
        ("X-Proxy-Secret:",),
        (),
        (f"X-Proxy-Secret: {PROXY_SECRET}", f"X-Proxy-Secret: {PROXY_SECRET}"),
        (f"X-Proxy-Secret: {PROXY_SECRET[:-1]}",),
    ],
    ids=["wrong", "empty", "none", "twice", "cut"],
)
@pytest.mark.parametrize("path", ["/authorize", f"/authorize{UNITS}"])
def test_h1_the_gateway_decides_for_no_stranger(
    platform: Started, path: str, fields: tuple[str, ...]
) -> None:
    """Past nginx, at the gateway itself."""
    asked = request(
        f"GET {path} HTTP/1.1", *fields, "X-Original-Method: GET", f"X-Original-URI: {UNITS}"
    )
    answer = told(platform.address, asked)

    assert (answer.status, answer.problem["type"]) == (404, "/problems/not-found")
    assert "bearer" not in answer.whole.lower()


@pytest.mark.parametrize(
    "name", ["Authorization", "X-Acting-As", "Idempotency-Key", "X-Request-Id"]
)
def test_h8_what_must_be_said_once_is_not_said_twice(front: Front, name: str) -> None:
    answer = front.hears(f"GET {UNITS} HTTP/1.1", f"{name}: a", f"{name.upper()}: b")

    assert answer.status == 400
    assert answer.problem
    assert front.heard == []


@pytest.mark.parametrize("named", ["Authorization", "X-Original-URI", "X-Proxy-Secret, Host"])
def test_h5_connection_takes_no_header_field_away(
    platform: Started, front: Front, named: str
) -> None:
    hat = bearer(platform, "lead@06.sga")
    plainly = front.hears(f"GET {UNITS} HTTP/1.1", hat)
    expected = token_heard(front)
    answer = front.hears(f"GET {UNITS} HTTP/1.1", hat, f"Connection: {named}")

    assert (plainly.status, answer.status) == (200, 200)
    # Tokens for reading are kept a while, one for each hat.
    assert token_heard(front) == expected
    assert set(front.registry.fields()) == OURS


def test_h2_h6_only_header_fields_on_the_list_reach_a_service(
    platform: Started, front: Front
) -> None:
    sent = bearer(platform, "lead@06.sga")
    front.hears(
        f"GET {UNITS} HTTP/1.1",
        sent,
        "X-Unit: 06.spk",
        "X-Forwarded-For: ::1",
        "Forwarded: for=::1",
        "X-HTTP-Method-Override: DELETE",
        "Cookie: a=b",
        "X-Acting-As: lead@06.sga",
        "Upgrade: websocket",
        "TE: trailers",
        "Accept: application/json",
        "Prefer: x",
        # Which nginx, if it let them in, would read as the fields with a hyphen.
        "If_Match: x",
        "Idempotency_Key: x",
    )

    assert set(front.registry.fields()) == OURS | {"accept", "prefer"}
    assert sent.split()[-1] not in front.registry.heard[-1].decode()


def test_h11_a_service_does_not_say_what_is_nginxs_or_the_gateways(front: Front) -> None:
    answer = front.hears(f"GET {UNITS} HTTP/1.1")

    passed = {name.lower().encode() for name in answer.headers}
    own = {b"date", b"server", b"connection", b"x-request-id", b"ratelimit", b"ratelimit-policy"}
    assert (answer.status, answer.body) == (200, b"{}")
    assert passed <= RETURNED | own
    assert passed > {b"etag", b"idempotent-replayed"}
    assert answer.headers["server"] == "nginx"
    assert answer.headers["x-request-id"] != "another"
    assert len(answer.headers.get_all("x-request-id", [])) == 1


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        pytest.param(("Content-Length: 2", "Transfer-Encoding: chunked"), b"0\r\n\r\n", id="F1"),
        pytest.param(("Content-Length: 2", "Content-Length: 3"), b"{} ", id="F3"),
        pytest.param(("Content-Length: +2",), b"{}", id="F4"),
        pytest.param(("Transfer-Encoding: xchunked",), b"0\r\n\r\n", id="F5"),
        pytest.param(
            ("Transfer-Encoding: chunked", "Transfer-Encoding: x"), b"0\r\n\r\n", id="F5-2"
        ),
        pytest.param(("Transfer-Encoding: chunked",), b"2\r\n{}X0\r\n\r\n", id="F10"),
    ],
)
def test_an_ambiguous_body_reaches_no_service(
    platform: Started, front: Front, fields: tuple[str, ...], body: bytes
) -> None:
    """As somebody who may ask, so that it is the body that stops it."""
    hat = bearer(platform, "lead@06.sga")
    answer = front.hears(f"POST {SPOOFED} HTTP/1.1", hat, *fields, body=body)

    # A broken chunk is found late, and nginx says so in words of its own.
    assert answer.status == 400, answer
    assert front.heard == []


def test_f11_trailers_stay_behind(platform: Started, front: Front) -> None:
    body = b"2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\nContent-Type: text/plain\r\n\r\n"
    hat = bearer(platform, "lead@06.sga")
    front.hears(f"POST {SPOOFED} HTTP/1.1", hat, "Transfer-Encoding: chunked", body=body)

    assert set(front.registry.fields()) == OURS | {"content-length"}
    assert front.registry.heard[0].endswith(b"\r\n\r\n{}")


def test_f17_callers_on_one_connection_are_told_apart(platform: Started, front: Front) -> None:
    """Sent in one piece, three hats one after another: each read gets its own token."""
    front.forget()
    hats = [[bearer(platform, "lead@06.sga")], [], [bearer(platform, "lead@06.jugendamt")]]
    with Wire(front.address) as wire:
        wire.send(b"".join(request(f"GET {UNITS} HTTP/1.1", *hat) for hat in hats))
        assert [wire.answer().status for _ in hats] == [200] * 3

    heard = [re.search(rb"(?i)authorization: (.+)\r", each) for each in front.registry.heard]
    assert len({found[1] for found in heard if found}) == 3


@pytest.mark.parametrize(
    "field", ["X-Long: " + "x" * 100_000, "\r\n".join(["X-Many: x"] * 5_000)], ids=["long", "many"]
)
def test_f19_a_flood_of_header_fields_is_refused(front: Front, field: str) -> None:
    try:
        status = front.hears(f"GET {UNITS} HTTP/1.1", field).status
    except HungUp:
        status = 400

    assert status in {400, 431}
    assert front.heard == []
