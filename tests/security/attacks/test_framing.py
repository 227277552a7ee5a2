"""Where a request ends is never in doubt: what two readers could read as two is refused."""

import json
import time
from contextlib import suppress
from itertools import pairwise

import pytest

from tests.journeys.started import Started
from tests.security.attacks.conftest import Walled
from tests.security.attacks.test_paths import UNITS, is_refused, serves_on
from tests.security.attacks.wire import HungUp, Wire, request, told

MARK = "wombat"
ITEMS = "/participation/v1/items"
GET, POST = f"GET {UNITS} HTTP/1.1", f"POST {ITEMS} HTTP/1.1"
CHUNKED, JSON = "Transfer-Encoding: chunked", "Content-Type: application/json"
SMUGGLED = request(f"GET /registry/v1/topics?q={MARK} HTTP/1.1")
CHUNK = b"2\r\n{}\r\n"
LAST = b"0\r\n\r\n"


def post(*fields: str, body: bytes = b"") -> bytes:
    return request(POST, JSON, *fields, body=body)


def chunks(body: bytes) -> bytes:
    return post(CHUNKED, body=body)


def lengths(*values: str) -> bytes:
    return post(*(f"Content-Length: {value}" for value in values), body=b"{}")


def coded(*fields: str) -> bytes:
    return post(*fields, body=CHUNK + LAST)


def head(field: bytes) -> bytes:
    return f"{GET}\r\nHost: localhost\r\n".encode() + field + b"\r\n\r\n"


REFUSED = {
    "F1 CL+TE": post("Content-Length: 5", CHUNKED, body=LAST + SMUGGLED),
    "F1 CL 0 and TE": post("Content-Length: 0", CHUNKED, body=LAST + SMUGGLED),
    "F2 TE.CL": post(CHUNKED, "Content-Length: 4", body=b"5c\r\n" + SMUGGLED + LAST),
    "F3 unequal": lengths("2", "60") + SMUGGLED,
    "F3 equal": lengths("2", "2") + SMUGGLED,
    "F4 +2": lengths("+2"),
    "F4 2, 2": lengths("2, 2"),
    "F4 0x2": lengths("0x2"),
    "F4 -2": lengths("-2"),
    "F4 2_0": lengths("2_0"),
    "F4 2 2": lengths("2 2"),
    "F4 empty": lengths(""),
    "F4 beyond 64 bits": lengths("99999999999999999999999"),
    "F5 xchunked": coded("Transfer-Encoding: xchunked"),
    "F5 identity": coded("Transfer-Encoding: identity"),
    "F5 gzip": coded("Transfer-Encoding: gzip, chunked"),
    "F5 twice": coded(CHUNKED, CHUNKED),
    "F5 twice in one": coded("Transfer-Encoding: chunked, chunked"),
    "F5 chunked, identity": coded(CHUNKED, "Transfer-Encoding: identity"),
    "F5 identity, chunked": coded("Transfer-Encoding: identity", CHUNKED),
    "F5 space": coded("Transfer-Encoding : chunked"),
    "F5 VT": coded("Transfer-Encoding: \x0bchunked"),
    "F5 folded": coded("Transfer-Encoding:\r\n chunked"),
    "F5 parameter": coded("Transfer-Encoding: chunked;q=1"),
    "F5 empty": coded("Transfer-Encoding: "),
    "F6 bare LF": f"{GET}\nHost: localhost\n\n".encode(),
    "F6 LF after a field": head(b"X-A: b\nX-B: c"),
    "F6 LF at the end": f"{GET}\r\nHost: localhost\r\n\n".encode(),
    "F6 bare CR": f"{GET}\rHost: localhost\r\r".encode(),
    "F7 obs-fold": head(b"X-A: b\r\n c"),
    "F7 tab": head(b"X-A: b\r\n\tc"),
    "F7 first field": f"{GET}\r\n Host: localhost\r\n\r\n".encode(),
    "F8 NUL": head(b"X-A: b\0c"),
    "F8 CR": head(b"X-A: b\rX-B: c"),
    "F8 NUL in a name": head(b"X\0A: b"),
    "F8 space in a name": head(b"X A: b"),
    "F8 no name": head(b": b"),
    "F8 no colon": head(b"X-A"),
    "F9 extension ended by LF": chunks(b"2;\n{}\r\n" + LAST),
    "F9 LF in a quoted extension": chunks(b'2;a="\n"\r\n{}\r\n' + LAST),
    "F9 size ended by LF": chunks(b"2\n{}\r\n" + LAST),
    "F9 space after the size": chunks(b"2 \r\n{}\r\n" + LAST),
    "F9 0x2": chunks(b"0x2\r\n{}\r\n" + LAST),
    "F9 -2": chunks(b"-2\r\n{}\r\n" + LAST),
    "F9 beyond 64 bits": chunks(b"fffffffffffffffff\r\n{}\r\n" + LAST),
    "F10 no CRLF": chunks(b"2\r\n{}" + LAST),
    "F10 too long": chunks(b"2\r\n{}}\r\n" + LAST),
    "F10 ended by LF": chunks(b"2\r\n{}\n" + LAST),
    "F11 length in the trailer": chunks(CHUNK + b"0\r\nContent-Length: 50\r\n\r\n"),
    "F11 coding in the trailer": chunks(CHUNK + b"0\r\nTransfer-Encoding: gzip\r\n\r\n"),
    "F12 GET with a length": request(GET, f"Content-Length: {len(SMUGGLED)}", body=SMUGGLED),
    "F12 GET in chunks": request(GET, CHUNKED, body=CHUNK + LAST),
    "F13 HTTP/1.0 in chunks": request(f"POST {ITEMS} HTTP/1.0", JSON, CHUNKED, body=CHUNK + LAST),
    "F14 no Host": request(GET, host=""),
    "F14 two": request(GET, "Host: other.example"),
    "F14 the same twice": request(GET, "Host: localhost"),
    "F14 empty": request(GET, host="Host: "),
    "F14 a list": request(GET, host="Host: localhost, other.example"),
    "F14 HTTP/1.0 without": request(f"GET {UNITS} HTTP/1.0", host=""),
    "F15 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
    "F15 h2c": request(
        GET, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"
    )
    + SMUGGLED,
    "F15 h2c with a body": post(
        "Connection: Upgrade", "Upgrade: h2c", f"Content-Length: {len(SMUGGLED)}", body=SMUGGLED
    ),
    "F15 websocket": request(
        GET,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ),
    "F15 HTTP/1.2": request(f"GET {UNITS} HTTP/1.2"),
    "F15 small letters": request(f"GET {UNITS} http/1.1"),
}
OTHERWISE = {
    "F15 HTTP/2.0": (request(f"GET {UNITS} HTTP/2.0"), 505),
    "F16 garbage": (post("Content-Length: 2", f"Expect: {MARK}", body=b"{}"), 417),
    "F16 a list": (post("Content-Length: 2", f"Expect: 100-continue, {MARK}", body=b"{}"), 417),
    "F19 1 MB": (request(GET, f"X-A: {MARK * 170_000}"), 431),
    "F19 1 MB in the name": (request(GET, f"{MARK * 170_000}: x"), 431),
    "F19 2,000 fields": (request(GET, *(f"X-{n}: {MARK}" for n in range(2000))), 431),
    "F19 1 MB of trailers": (chunks(CHUNK + b"0\r\nX: " + b"x" * 1_000_000), 431),
    "F19 1 MB of extension": (chunks(b"2;" + b"x" * 1_000_000), 431),
    "F20 gzip": (post("Content-Encoding: gzip", "Content-Length: 2", body=b"\x1f\x8b"), 415),
    "F20 br, gzip": (post("Content-Encoding: br, gzip", "Content-Length: 2", body=b"{}"), 415),
    "F20 twice": (
        post("Content-Encoding: identity", "Content-Encoding: gzip", "Content-Length: 2"),
        400,
    ),
}
CASES = {**{name: (data, 400) for name, data in REFUSED.items()}, **OTHERWISE}


@pytest.fixture(autouse=True)
def unheard(wall: Walled) -> None:
    """Nobody has asked yet, and the last lie has been made good."""
    wall.liar.says = TRUTH
    assert told(wall.address, request(f"GET {AREAS} HTTP/1.1")).status == 200
    wall.listener.heard.clear()


@pytest.mark.parametrize(("data", "status"), CASES.values(), ids=CASES)
def test_a_request_without_a_certain_end_is_refused(wall: Walled, data: bytes, status: int) -> None:
    with Wire(wall.address) as wire:
        is_refused(wire.send(data).answer(), {status})
        assert says_no_more(wire)

    serves_on(wall)


def says_no_more(wire: Wire) -> bool:
    """Whether nobody has read a second request out of the first."""
    wire.socket.settimeout(0.2)
    with suppress(HungUp, TimeoutError):
        wire.answer()
        return False
    return True


@pytest.mark.parametrize("late", [False, True], ids=["F11 same segment", "F11 late"])
@pytest.mark.parametrize(
    "trailer",
    [
        f"Authorization: Bearer {MARK}",
        "X-Internal-Token: " + MARK,
        "Content-Type: text/" + MARK,
        "X-Acting-As: lead@06." + MARK,
        "Host: " + MARK,
        "If-Match: " + MARK,
    ],
)
def test_a_trailer_says_nothing(wall: Walled, trailer: str, late: bool) -> None:
    with Wire(wall.address) as wire:
        wire.send(chunks(CHUNK) if late else b"")
        time.sleep(0.05 if late else 0)
        ending = f"0\r\n{trailer}\r\n\r\n".encode()
        wire.send(ending if late else chunks(CHUNK + ending))
        assert wire.answer().status == 200
        assert wire.send(request(GET)).answer().status == 200

    first, second = wall.listener.heard
    assert (first.line, first.body, second.line) == (POST, b"{}", GET)
    assert MARK not in str(first)
    assert first.all("content-type") == ["application/json"]
    assert first.claims["sub"] != MARK


@pytest.mark.parametrize(
    "data",
    [
        chunks(b"2;a=b\r\n{}\r\n" + LAST),
        chunks(b"1\r\n{\r\n1\r\n}\r\n" + LAST),
        post("Content-Length: 2", body=b"{}"),
        post("Transfer-Encoding: Chunked ", body=CHUNK + LAST),
    ],
    ids=["F9 extension", "chunks", "length", "F5 capital letter"],
)
def test_a_body_is_framed_anew_for_the_service(wall: Walled, data: bytes) -> None:
    with Wire(wall.address) as wire:
        assert wire.send(data).answer().status == 200
        assert wire.send(request(GET)).answer().status == 200

    assert [(each.line, each.body) for each in wall.listener.heard] == [(POST, b"{}"), (GET, b"")]


def test_a_caller_who_expects_100_continue_is_told_to_go_on(wall: Walled) -> None:
    with Wire(wall.address) as wire:
        wire.send(post("Content-Length: 2", "Expect: 100-continue"))
        assert wire.socket.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert wire.send(b"{}").answer().status == 200


def tokens(platform: Started) -> dict[str, str]:
    """Header fields of different callers, by the subject that a service sees."""
    hats = {"demo-lead@06.sga": "lead@06.sga", "demo-specialist@06.sga": "specialist@06.sga"}
    of = {subject: platform.as_(hat).headers["authorization"] for subject, hat in hats.items()}
    return {subject: f"Authorization: {value}" for subject, value in of.items()} | {"public": ""}


def test_f17_pipelined_requests_of_several_callers_get_each_their_own_answer(
    wall: Walled, platform: Started
) -> None:
    asked = [
        (subject, f"GET {UNITS}?q={number} HTTP/1.1", field)
        for number in range(10)
        for subject, field in tokens(platform).items()
    ]
    with Wire(wall.address) as wire:
        wire.send(b"".join(request(line, *filter(None, [field])) for _, line, field in asked))
        said = [json.loads(wire.answer().body) for _ in asked]

    assert said == [{"line": line, "subject": subject} for subject, line, _ in asked]


def test_f17_what_follows_the_last_request_of_a_connection_is_not_read(wall: Walled) -> None:
    with Wire(wall.address) as wire:
        wire.send(request(GET, "Connection: close") + SMUGGLED)
        assert [answer.status for answer in wire.answers()] == [200]

    assert [each.line for each in wall.listener.heard] == [GET]


def test_f17_garbage_after_a_good_request_does_not_take_its_answer(wall: Walled) -> None:
    with Wire(wall.address) as wire:
        wire.send(request(GET) + b"\0garbage\r\n\r\n" + SMUGGLED)
        answers = wire.answers()

    assert [json.loads(answer.body)["line"] for answer in answers] == [GET]
    assert [each.line for each in wall.listener.heard] == [GET]


OK = b"HTTP/1.1 200 OK\r\n"
LENGTH, TE = b"Content-Length: 2\r\n", b"Transfer-Encoding: chunked\r\n"
LIES = {
    "F21 two lengths": OK + LENGTH + b"Content-Length: 3\r\n\r\nabc",
    "F21 length and chunks": OK + LENGTH + TE + b"\r\n2\r\nab\r\n0\r\n\r\n",
    "F21 no answer": b"",
    "F21 half a head": OK + b"Content-Ty",
    "F21 not HTTP": b"wombat wombat\r\n\r\n",
    "F21 101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nabc",
    "F21 NUL in a field": OK + b"ETag: a\0b\r\n" + LENGTH + b"\r\nab",
    "F21 CR in a field": OK + b"ETag: a\rSet-Cookie: x\r\n" + LENGTH + b"\r\nab",
    "F21 1xx flood": b"HTTP/1.1 102 Processing\r\n\r\n" * 20_000,
    "F21 1 MB header": OK + b"ETag: " + b"x" * 1_000_000 + b"\r\n\r\n",
    "F21 HTTP/0.9": b"<html>wombat</html>",
    "F21 negative length": OK + b"Content-Length: -2\r\n\r\nab",
    "F21 status 999": b"HTTP/1.1 999 Wombat\r\n" + LENGTH + b"\r\nab",
}
AREAS = "/datahub/v1/areas"
TRUTH = OK + LENGTH + b"\r\n[]"


@pytest.mark.parametrize("says", LIES.values(), ids=LIES)
def test_a_service_that_answers_garbage_is_a_502_and_nothing_of_it_gets_out(
    wall: Walled, says: bytes
) -> None:
    wall.liar.says = says

    answer = told(wall.address, request(f"GET {AREAS} HTTP/1.1"))

    is_refused(answer, {502})
    assert answer.headers["retry-after"]
    serves_on(wall)


FORGIVEN = {
    "F21 bare LF": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nab",
    "F21 folded field": OK + b"ETag: a\r\n Set-Cookie: x\r\n" + LENGTH + b"\r\nab",
}


@pytest.mark.parametrize("says", FORGIVEN.values(), ids=FORGIVEN)
def test_what_a_service_folds_stays_one_field(wall: Walled, says: bytes) -> None:
    wall.liar.says = says

    with Wire(wall.address) as wire:
        answer = wire.send(request(f"GET {AREAS} HTTP/1.1")).answer()
        assert answer.status == 502 or answer.body == b"ab"
        assert "set-cookie" not in answer.headers
        assert wire.send(request(GET)).answer().status == 200


CUT = {
    "F21 early close": OK + b"Content-Length: 100\r\n\r\nab",
    "F21 early close in chunks": OK + TE + b"\r\n2\r\nab\r\n",
    "F21 broken chunk": OK + TE + b"\r\n2\r\nab\r\nzz\r\n",
}


@pytest.mark.parametrize("says", CUT.values(), ids=CUT)
def test_an_answer_that_breaks_off_is_never_taken_for_a_whole_one(
    wall: Walled, says: bytes
) -> None:
    wall.liar.says = says

    with Wire(wall.address) as wire:
        wire.send(request(f"GET {AREAS} HTTP/1.1", "Connection: close"))
        raw = b""
        while piece := wire.socket.recv(65536):
            raw += piece

    whole = raw.startswith(b"HTTP/1.1 502") and b"application/problem+json" in raw
    assert whole or not raw.endswith(b"0\r\n\r\n"), raw
    assert whole or b"content-length: 100" in raw or b"transfer-encoding: chunked" in raw
    serves_on(wall)


def test_f21_an_answer_with_more_than_it_announced_stays_with_its_request(wall: Walled) -> None:
    extra = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nwombat"
    wall.liar.says = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab" + extra

    with Wire(wall.address) as wire:
        said = [wire.send(request(f"GET {AREAS} HTTP/1.1")).answer() for _ in range(3)]
        assert {(answer.status, answer.body) for answer in said} <= {(200, b"ab"), (502, b"")}
        assert MARK not in wire.send(request(GET)).answer().whole


def test_f22_after_callers_who_went_away_nobody_gets_their_answer(wall: Walled) -> None:
    for number in range(20):
        away = Wire(wall.address)
        if number % 2:
            away.send(post("Content-Length: 1000", body=b'{"half": '))
        else:
            away.send(request(f"GET {UNITS}?q={MARK} HTTP/1.1"))
        away.hang_up(rudely=True)
        line = f"GET {UNITS}?q={number} HTTP/1.1"
        assert json.loads(told(wall.address, request(line)).body)["line"] == line

    whole = [each.line for each in wall.listener.heard]
    assert not [line for line in whole if line.startswith("POST")]
    assert [a for a, b in pairwise(whole) if a == b and MARK not in a] == []
