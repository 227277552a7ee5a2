"""A service in trouble is left alone, found out about by one request, and never stormed."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import generate_latest

from gateway.forwarding.breaker import (
    CLOSED,
    ENOUGH,
    LONGEST_PAUSE,
    OPEN,
    PROBING,
    Breaker,
    Resting,
)
from tests.gateway.wires import (
    FINE,
    UNITS,
    Front,
    Heard,
    behind,
    eventually,
    in_front,
    is_a_problem,
)

pytestmark = pytest.mark.usefixtures("journal")


class Clock:
    """A time that goes on when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    """A breaker after enough failures in a row."""
    breaker = Breaker("registry", clock)
    for _ in range(ENOUGH):
        breaker.failed(breaker.begin())
    return breaker


def test_an_answer_in_between_begins_the_count_anew() -> None:
    breaker = Breaker("registry", Clock())
    for _ in range(ENOUGH):
        for _ in range(ENOUGH - 1):
            breaker.failed(breaker.begin())
        breaker.answered(breaker.begin())

    assert breaker.state == CLOSED


def test_o10_while_it_rests_nobody_passes_and_then_exactly_one() -> None:
    clock = Clock()
    breaker = opened(clock)
    with pytest.raises(Resting):
        breaker.begin()
    clock.now = 1

    assert breaker.begin() is True
    assert breaker.state == PROBING
    for _ in range(100):
        with pytest.raises(Resting):
            breaker.begin()
    breaker.answered(probe=True)
    assert [breaker.begin() for _ in range(3)] == [False] * 3


def test_o10_pauses_grow_up_to_a_bound_and_do_not_agree() -> None:
    pauses: set[float] = set()
    longest = 0.0
    for _ in range(20):
        clock = Clock()
        breaker = opened(clock)
        for _ in range(12):
            begun = clock.now
            while True:
                clock.now += 0.01
                try:
                    breaker.begin()
                except Resting:
                    continue
                break
            longest = max(longest, clock.now - begun)
            breaker.failed(probe=True)
        pauses.add(round(clock.now, 2))

    assert len(pauses) > 5
    assert LONGEST_PAUSE / 2 < longest <= LONGEST_PAUSE * 1.25 + 0.02


def test_o10_late_failures_do_not_lengthen_a_pause_and_late_answers_do_not_end_it() -> None:
    clock = Clock()
    breaker = opened(clock)
    for _ in range(50):
        breaker.failed(probe=False)
    breaker.answered(probe=False)
    assert breaker.state == OPEN
    clock.now = 0.7

    assert breaker.begin() is True


def test_a_probe_whose_caller_gave_up_leaves_it_to_the_next() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 1
    breaker.undecided(breaker.begin())

    assert breaker.begin() is True


async def many(front: Front, number: int) -> list[int]:
    """The statuses of so many readers at once."""
    client = front.as_()
    return [
        a.status_code for a in await asyncio.gather(*(client.get(UNITS) for _ in range(number)))
    ]


async def test_o10_a_failing_service_is_not_stormed_and_comes_back_by_itself() -> None:
    async with behind(drops=10_000) as service, in_front(service.port) as front:
        answers = [await front.as_().get(UNITS) for _ in range(40)]
        figures = generate_latest().decode()
        service.drops = 0
        while (answer := await front.as_().get(UNITS)).status_code != 200:
            is_a_problem(answer, 503, "resting")
            await asyncio.sleep(0.05)
        after = await many(front, 20)

    for each in answers[:ENOUGH]:
        is_a_problem(each, 502, "unreachable")
    is_a_problem(answers[ENOUGH], 503, "resting")
    assert f'kiez_service_state{{service="registry"}} {OPEN}.0' in figures
    # Each of the first was tried twice; afterwards one at a time finds out, each after a pause.
    found_out = [each.status_code for each in answers[ENOUGH:]].count(502)
    assert found_out <= 6
    assert len(service.heard) == 2 * ENOUGH + found_out + 21
    assert after == [200] * 20


async def test_o10_one_request_finds_out_while_all_others_are_refused_at_once() -> None:
    asked_while_slow = 0
    slow = asyncio.Event()

    async def recover_slowly(heard: Heard) -> None:
        nonlocal asked_while_slow
        while await heard.request():
            if service.drops:
                return
            asked_while_slow += 1
            await slow.wait()
            await heard.say(FINE)

    async with behind(recover_slowly, drops=1) as service, in_front(service.port) as front:
        await many(front, 2 * ENOUGH)
        service.drops = 0
        asking: list[asyncio.Task[httpx.Response]] = []

        def one_is_left_at_most() -> bool:
            return sum(not each.done() for each in asking) <= 1

        client = front.as_()
        while not asked_while_slow:
            asking = [asyncio.create_task(client.get(UNITS)) for _ in range(30)]
            await eventually(one_is_left_at_most)
        asked = asked_while_slow
        slow.set()
        statuses = [answer.status_code for answer in await asyncio.gather(*asking)]

    assert asked == 1
    assert sorted(statuses) == [200] + [503] * 29


async def test_o10_second_attempts_stay_few_beside_the_first() -> None:
    """Every first attempt fails and every second succeeds, so that the breaker never opens."""

    async def every_other(heard: Heard) -> None:
        while asked := await heard.request():
            service.heard.append(asked)
            if len(service.heard) % 2:
                return
            await heard.say(FINE)

    async with behind(every_other) as service, in_front(service.port) as front:
        statuses = [(await front.as_().get(UNITS)).status_code for _ in range(60)]

    assert statuses[:10] == [200] * 10
    assert 502 in statuses
    assert len(service.heard) <= 60 + 10 + 6


async def test_one_service_in_trouble_is_no_trouble_of_the_others() -> None:
    async with behind(drops=10_000) as bad, behind() as good:
        services = {"registry": bad.port, "datahub": good.port, "participation": good.port}
        addresses = {name: f"http://127.0.0.1:{port}" for name, port in services.items()}
        async with in_front(0, services=addresses) as front:
            client = front.as_()
            for _ in range(10):
                assert (await client.get(UNITS)).status_code in {502, 503}
            assert (await client.get("/datahub/v1/areas")).status_code == 200
            assert (await client.get("/authority")).status_code == 200


async def test_what_a_service_itself_refuses_is_its_answer_and_no_trouble() -> None:
    async with behind() as service, in_front(service.port) as front:
        service.answer = b"HTTP/1.1 503 Away\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"
        answers = [await front.as_().get(UNITS) for _ in range(2 * ENOUGH)]

    assert {answer.headers["retry-after"] for answer in answers} == {"7"}
    assert len(service.heard) == 2 * ENOUGH


async def test_a_caller_in_trouble_is_no_trouble_of_the_service() -> None:
    async with behind() as service, in_front(service.port, most_bytes=100_000) as front:

        async def too_much() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b"x" * 10_000

        for _ in range(2 * ENOUGH):
            answer = await front.as_().post("/participation/v1/items", content=too_much())
            is_a_problem(answer, 413, "too-large")
        assert (await front.as_().get("/participation/v1/items")).status_code == 200
