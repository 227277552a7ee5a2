"""A request is forwarded once, or a second time where that does nothing twice; never a third."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.forwarding.transport import Asked, NotSent, Reply, Wire
from shared.authority import Hat, Role
from tests.gateway.wires import (
    FINE,
    ITEMS,
    KEY,
    UNITS,
    Heard,
    behind,
    in_front,
    is_a_problem,
)

pytestmark = pytest.mark.usefixtures("journal")

COORDINATION = Hat(Role.DISTRICT_COORDINATION, "06.spk")
CONCERN = {"title": "Bank", "text": "Hier fehlt eine Bank."}
LISTING = "/registry/v1/actors/listings/00000000-0000-7000-8000-000000000000"


async def test_a31_what_changes_something_is_sent_once_and_never_again() -> None:
    async with behind(drops=9) as service, in_front(service.port) as front:
        answer = await front.as_().post(ITEMS, json=CONCERN)

    is_a_problem(answer, 502, "unreachable")
    assert len(service.heard) == 1


async def test_a31_not_even_on_a_connection_that_was_used_before() -> None:
    """There a library would repeat by itself what it holds to be harmless."""
    async with behind() as service, in_front(service.port) as front:
        await front.as_().get(UNITS)
        service.heard.clear()
        service.drops = 9
        client = front.as_(COORDINATION, **{"if-match": '"1"', "idempotency-key": KEY})
        answer = await client.patch(LISTING, json={"names": ["Nachbarschaftshaus"]})

    is_a_problem(answer, 502, "unreachable")
    assert len(service.heard) == 1


async def test_a31_a_keyed_change_is_sent_again_once_word_for_word() -> None:
    async with behind(drops=1) as service, in_front(service.port) as front:
        answer = await front.as_(**{"idempotency-key": KEY}).post(ITEMS, json=CONCERN)

    assert answer.status_code == 200
    first, second = service.heard
    assert first == second
    assert f"idempotency-key: {KEY}".encode() in first.lower()


@pytest.mark.parametrize("keyed", [False, True], ids=["reading", "keyed"])
async def test_a31_there_is_no_third_time(keyed: bool) -> None:
    async with behind(drops=9) as service, in_front(service.port) as front:
        if keyed:
            answer = await front.as_(**{"idempotency-key": KEY}).post(ITEMS, json=CONCERN)
        else:
            answer = await front.as_().get(UNITS)

    is_a_problem(answer, 502, "unreachable")
    assert len(service.heard) == 2


async def test_reading_on_a_connection_that_breaks_is_repeated_once_in_all() -> None:
    """aiohttp repeats a GET on a used connection, too; both together would make three."""
    async with behind() as service, in_front(service.port) as front:
        await front.as_().get(UNITS)
        service.heard.clear()
        service.drops = 9
        answer = await front.as_().get(UNITS)

    is_a_problem(answer, 502, "unreachable")
    assert len(service.heard) == 2


async def test_a_long_keyed_body_is_streamed_and_still_sent_again_whole() -> None:
    sent = b'{"title": "' + b"x" * 300_000 + b'"}'

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(sent), 50_000):
            yield sent[start : start + 50_000]
            await asyncio.sleep(0.01)

    heads = 0

    async def cut_off_then_listen(heard: Heard) -> None:
        nonlocal heads
        heads += 1
        if heads == 1:
            await heard.reader.readexactly(100_000)
            return
        service.heard.append(await heard.request())
        await heard.say(FINE)

    async with behind(cut_off_then_listen) as service, in_front(service.port) as front:
        client = front.as_(**{"idempotency-key": KEY, "content-type": "application/json"})
        answer = await client.post(ITEMS, content=pieces())

    assert answer.status_code == 200
    (whole,) = service.heard
    assert whole.count(b"x") >= 300_000
    assert heads == 2


class Flaky(Wire):
    """A wire that cannot connect the first time."""

    tried = 0

    async def send(self, asked: Asked) -> Reply:
        self.tried += 1
        if self.tried == 1:
            raise NotSent("refused")
        return await super().send(asked)


async def test_what_was_never_sent_may_be_sent() -> None:
    wire = Flaky()
    async with behind() as service, in_front(service.port, wire) as front:
        answer = await front.as_().post(ITEMS, json=CONCERN)

    assert answer.status_code == 200
    assert (wire.tried, len(service.heard)) == (2, 1)


async def test_where_nobody_listens_the_caller_is_told_at_once() -> None:
    async with behind() as service:
        port = service.port
    async with in_front(port) as front:
        is_a_problem(await front.as_().get(UNITS), 502, "unreachable")


async def test_o12_who_asks_does_not_say_where_it_goes() -> None:
    async with behind() as service, in_front(service.port) as front:
        await front.as_(host="evil.example", **{"x-forwarded-host": "evil.example"}).get(UNITS)

    (heard,) = service.heard
    assert f"Host: 127.0.0.1:{service.port}".encode() in heard
    assert b"evil" not in heard
