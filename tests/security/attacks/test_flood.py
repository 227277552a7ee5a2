"""Whoever is slow, silent, many or gone holds up nobody else, and memory stays bounded."""

import json
import resource
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from tests.journeys.started import Started, until
from tests.security.attacks.conftest import Walled, walled
from tests.security.attacks.test_framing import CHUNKED, GET, ITEMS, JSON, POST
from tests.security.attacks.test_paths import UNITS, is_refused
from tests.security.attacks.wire import HungUp, Wire, request, told

MB = 1_048_576
MANY = 10_000
SOON = 5.0
# Descriptors for what else this process has open.
SPARE = 500


@contextmanager
def descriptors() -> Iterator[int]:
    """All sockets this process may have; how many connections that makes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield min(MANY, hard - SPARE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def connected(wall: Walled, number: int, data: bytes = b"") -> Iterator[list[Wire]]:
    """So many connections, each with the beginning of something."""
    with ExitStack() as stack:
        yield [stack.enter_context(Wire(wall.address)).send(data) for _ in range(number)]


def others_are_served(wall: Walled) -> None:
    """Callers who come now get their answer long before those who hold it up are sent away."""
    for path in (UNITS, ITEMS) * 3:
        line, began = f"GET {path} HTTP/1.1", time.monotonic()
        answer = told(wall.address, request(line))
        assert json.loads(answer.body)["line"] == line
        assert time.monotonic() - began < SOON


@pytest.mark.parametrize("data", [b"", b"GET /regis"], ids=["silent", "half a line"])
def test_ten_thousand_idle_connections_hold_up_nobody(wall: Walled, data: bytes) -> None:
    others_are_served(wall)
    before = wall.gateway.resident
    with descriptors() as number, connected(wall, number, data):
        others_are_served(wall)
        grown = wall.gateway.resident - before
        assert grown < 20_000 * number, f"{number} connections took {grown / MB:.0f} MB"


def test_more_connections_than_there_is_room_for_end_those_idle_longest(platform: Started) -> None:
    with walled(platform, GATEWAY_DOOR_CONNECTIONS="300") as small:
        with connected(small, 700) as idle:
            others_are_served(small)
            assert all(each.is_closed() for each in idle[:350])
            assert not any(each.is_told(within=0) for each in idle[450:])
        others_are_served(small)


SLOW = {
    "F18 half a line": b"GET /registry",
    "F18 half a header": f"{GET}\r\nHost: localhost\r\nX-A: ".encode(),
    "F18 HTTP/0.9": b"GET /\r\n",
    "F18 no body": request(POST, JSON, "Content-Length: 10"),
    "F18 half a body": request(POST, JSON, "Content-Length: 10", body=b'{"a"'),
    "F18 half a chunk": request(POST, JSON, CHUNKED, body=b"5\r\nab"),
    "F18 no last chunk": request(POST, JSON, CHUNKED, body=b"2\r\n{}\r\n"),
    "F18 half a trailer": request(POST, JSON, CHUNKED, body=b"2\r\n{}\r\n0\r\nX-A: "),
}


@pytest.mark.parametrize("data", SLOW.values(), ids=SLOW)
def test_who_does_not_go_on_is_sent_away(hasty: Walled, data: bytes) -> None:
    hasty.listener.heard.clear()
    began = time.monotonic()
    with Wire(hasty.address) as wire:
        is_refused(wire.send(data).answer(), {408})
        assert wire.is_closed()
    assert 0.8 < time.monotonic() - began < 8
    assert hasty.listener.heard == []


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"GET /", b"a"),
        (f"{GET}\r\nHost: localhost\r\n".encode(), b"X-A: b\r\n"),
        (request(POST, JSON, "Content-Length: 1000"), b" "),
        (request(POST, JSON, CHUNKED), b"1\r\n \r\n"),
    ],
    ids=["F18 line", "F18 header", "F18 body", "F18 chunks"],
)
def test_who_goes_on_drop_by_drop_is_sent_away_too(
    hasty: Walled, begin: bytes, drop: bytes
) -> None:
    began = time.monotonic()
    with Wire(hasty.address) as wire:
        wire.send(begin)
        while not wire.is_told(within=0.2):
            assert time.monotonic() - began < 8
            wire.send(drop)
        is_refused(wire.answer(), {408})


def test_f18_who_says_nothing_is_not_answered_either(hasty: Walled) -> None:
    with Wire(hasty.address) as wire:
        assert wire.is_closed()


@pytest.mark.parametrize("slow", ["F18 half a body", "F18 half a chunk"])
def test_three_hundred_slow_bodies_hold_up_nobody(wall: Walled, slow: str) -> None:
    with connected(wall, 300, SLOW[slow]):
        others_are_served(wall)


def test_callers_who_do_not_take_their_answer_cost_little_and_not_for_long(hasty: Walled) -> None:
    others_are_served(hasty)
    before, broken = hasty.gateway.resident, hasty.listener.broken
    with large_answers(hasty), connected(hasty, 40, request(GET)) as deaf:
        until(lambda: len(hasty.listener.heard), lambda heard: heard >= len(deaf))
        # A few buffers each; the answers together are 320 MB.
        assert hasty.gateway.resident - before < 100 * MB
        until(lambda: hasty.listener.broken - broken, lambda ended: ended >= len(deaf))
        assert all(is_cut(each) for each in deaf)


def test_callers_who_do_not_take_their_answer_hold_up_nobody(wall: Walled) -> None:
    with large_answers(wall), connected(wall, 40, request(GET)) as deaf:
        until(lambda: len(wall.listener.heard), lambda heard: heard >= len(deaf))
        wall.listener.body = b""
        others_are_served(wall)


@contextmanager
def large_answers(wall: Walled) -> Iterator[None]:
    """The service says more than fits on the way."""
    wall.listener.body = b" " * (8 * MB)
    wall.listener.heard.clear()
    try:
        yield
    finally:
        wall.listener.body = b""


def is_cut(wire: Wire) -> bool:
    """Whether the rest of an answer does not come any more."""
    taken = 0
    with suppress(ConnectionError):
        while piece := wire.socket.recv(MB):
            taken += len(piece)
    return taken < 8 * MB


def test_callers_who_vanish_in_the_middle_of_an_answer_leave_nothing_behind(hasty: Walled) -> None:
    others, before = hasty.listener.broken, hasty.gateway.resident
    with large_answers(hasty):
        for _ in range(40):
            with Wire(hasty.address) as wire:
                wire.send(request(GET)).socket.recv(1000)
                wire.hang_up(rudely=True)
    others_are_served(hasty)
    until(lambda: hasty.listener.broken - others, lambda broken: broken > 30)
    assert hasty.gateway.resident - before < 20 * MB


def test_f20_a_large_body_without_a_length_ends_at_the_limit(wall: Walled) -> None:
    wall.listener.heard.clear()
    with Wire(wall.address) as wire:
        wire.send(request(POST, JSON, CHUNKED))
        for _ in range(40):
            wire.send(b"10000\r\n" + b" " * 65_536 + b"\r\n")
        with suppress(HungUp):
            is_refused(wire.answer(), {413})
        assert wire.is_closed()
    assert wall.listener.heard == []


def test_who_goes_on_sending_after_the_answer_is_not_listened_to_for_ever(hasty: Walled) -> None:
    began = time.monotonic()
    with Wire(hasty.address) as wire:
        wire.send(request(f"POST {ITEMS}x HTTP/1.1", JSON, "Content-Length: 1000000000"))
        assert wire.answer().status == 404
        with suppress(ConnectionError):
            while time.monotonic() - began < 12:
                wire.socket.sendall(b" " * 65_536)
    assert time.monotonic() - began < 10
