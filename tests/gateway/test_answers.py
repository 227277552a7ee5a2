"""Whatever a service says, the caller gets a whole answer, a problem, or sees that it was cut."""

import asyncio
import contextlib

import httpx
import pytest

from tests.gateway.wires import FINE, ITEMS, READ, UNITS, Heard, behind, in_front, is_a_problem

pytestmark = pytest.mark.usefixtures("journal")
HEAD = b"HTTP/1.1 200 OK\r\n"
LARGE = 30_000_000


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", id="two lengths"),
        pytest.param(HEAD + b"Content-Length: 2, 2\r\n\r\n{}", id="a list of lengths"),
        pytest.param(HEAD + b"Content-Length: 9\r\n\r\n{}", id="early close"),
        pytest.param(HEAD + b"Content-Le", id="early close in the head"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", id="no chunk"),
        pytest.param(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", id="101"),
        pytest.param(b"HTTP/1.1 199 X\r\nContent-Length: 0\r\n\r\n", id="199"),
        pytest.param(b"HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n", id="999"),
        pytest.param(HEAD + b"ETag: a\x00b\r\nContent-Length: 0\r\n\r\n", id="NUL"),
        pytest.param(HEAD + b"ETag: a\x1b[2Jb\r\nContent-Length: 0\r\n\r\n", id="ESC"),
        pytest.param(HEAD + b"ETag: a\x7fb\r\nContent-Length: 0\r\n\r\n", id="DEL"),
        pytest.param(HEAD + b"ETag: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n", id="CR"),
        pytest.param(HEAD + b"X: " + b"x" * 100_000 + b"\r\n\r\n", id="a long head"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", id="another protocol"),
        pytest.param(b"\x00" * 64, id="noise"),
    ],
)
async def test_f21_what_is_no_answer_becomes_a_problem_and_harms_nobody(said: bytes) -> None:
    async def once_garbled(heard: Heard) -> None:
        while asked := await heard.request():
            service.heard.append(asked)
            if len(service.heard) == 1:
                await heard.say(said)
                return
            await heard.say(FINE)

    async with behind(once_garbled) as service, in_front(service.port, seconds=2) as front:
        first = await front.as_().post(ITEMS, json={})
        second = await front.as_().get(ITEMS)

    assert first.status_code == 502
    assert int(first.headers["retry-after"]) > 0
    assert "set-cookie" not in first.headers
    assert (second.status_code, second.content) == (200, b"{}")
    assert len(service.heard) == 2


async def test_f21_a_flood_of_interim_answers_ends_with_the_time() -> None:
    async def flood(heard: Heard) -> None:
        await heard.request()
        while True:
            await heard.say(b"HTTP/1.1 102 Processing\r\n\r\n")
            await asyncio.sleep(0.001)

    async with behind(flood) as service, in_front(service.port, seconds=0.5) as front:
        is_a_problem(await front.as_().get(UNITS), 504, "too-slow")


@pytest.mark.parametrize("trickle", [b"", b"x"], ids=["silent", "trickling"])
async def test_whoever_waits_is_told_when_the_time_of_the_operation_is_over(
    trickle: bytes,
) -> None:
    async def dawdle(heard: Heard) -> None:
        await heard.request()
        await heard.say(HEAD + b"Content-Length: 1000\r\n\r\n" if trickle else b"")
        while True:
            await heard.say(trickle)
            await asyncio.sleep(0.05)

    async with behind(dawdle) as service, in_front(service.port, seconds=0.4) as front:
        started = asyncio.get_running_loop().time()
        answer = await front.as_().get(UNITS)
        lasted = asyncio.get_running_loop().time() - started

    is_a_problem(answer, 504, "too-slow")
    assert lasted < 3
    assert service.connections == 1


async def test_f21_a_large_answer_that_breaks_off_is_never_taken_for_whole() -> None:
    async def break_off(heard: Heard) -> None:
        await heard.request()
        await heard.say(HEAD + b"Content-Length: 900000\r\n\r\n" + b"x" * 400_000)

    async with behind(break_off) as service, in_front(service.port) as front:
        with pytest.raises(httpx.RemoteProtocolError):
            await front.as_().get(UNITS)


async def test_f21_nor_one_whose_length_nobody_said() -> None:
    async def break_off(heard: Heard) -> None:
        await heard.request()
        await heard.say(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")

    async with behind(break_off) as service, in_front(service.port) as front:
        with pytest.raises(httpx.RemoteProtocolError):
            await front.as_().get(UNITS)


async def test_a_slow_reader_is_answered_no_faster_than_it_reads() -> None:
    said = 0

    async def pour(heard: Heard) -> None:
        nonlocal said
        await heard.request()
        await heard.say(HEAD + b"Content-Length: %d\r\n\r\n" % LARGE)
        while said < LARGE:
            await heard.say(b"x" * 50_000)
            said += 50_000

    async with behind(pour) as service, in_front(service.port) as front:
        reader, writer = await front.socket()
        writer.write(READ)
        await reader.readexactly(1000)
        await asyncio.sleep(1)
        poured_meanwhile = said
        whole = len(await reader.readuntil(b"\r\n\r\n")) if said == 0 else 0
        while whole < LARGE:
            piece = await reader.read(1_000_000)
            if not piece:
                break
            whole += len(piece)
        writer.close()

    # What the kernel's buffers take on both sides is not ours to bound.
    assert poured_meanwhile < LARGE / 2
    assert whole >= LARGE - 1000
    assert said == LARGE


async def test_f22_a_reader_who_vanishes_takes_the_connection_along() -> None:
    async def pour(heard: Heard) -> None:
        asked = await heard.request()
        service.heard.append(asked)
        if len(service.heard) > 1:
            await heard.say(FINE)
            return
        await heard.say(HEAD + b"Content-Length: %d\r\n\r\n" % LARGE)
        with contextlib.suppress(ConnectionError):
            for poured in range(LARGE // 50_000):
                await heard.say(b"x" * 50_000)
                await asyncio.sleep(0.001)
                all_of_it.append(poured)

    all_of_it: list[int] = []
    async with behind(pour) as service, in_front(service.port) as front:
        reader, writer = await front.socket()
        writer.write(READ)
        await reader.readexactly(1000)
        writer.transport.abort()
        answer = await front.as_().get(UNITS)

        assert (answer.status_code, answer.content) == (200, b"{}")
        assert service.connections == 2
    assert len(all_of_it) < LARGE // 50_000 / 2


@pytest.mark.parametrize("length", [100, 400_000], ids=["short", "long"])
async def test_f22_a_sender_who_vanishes_leaves_nothing_to_the_next(length: int) -> None:
    async with behind() as service, in_front(service.port) as front:
        _, writer = await front.socket()
        head = f"POST {ITEMS} HTTP/1.1\r\nHost: gateway\r\nContent-Length: {length}\r\n\r\n"
        writer.write(head.encode() + b"G" * (length // 2))
        await asyncio.sleep(0.3)
        writer.transport.abort()
        answers = [await front.as_().get(ITEMS) for _ in range(3)]

    assert [answer.content for answer in answers] == [b"{}"] * 3
    assert [heard[:3] for heard in service.heard] == [b"GET"] * 3
    assert not [heard for heard in service.heard if b"GGG" in heard]


async def test_f22_an_answer_before_the_body_is_complete_ends_the_connection() -> None:
    """Otherwise the next request on it would be read as the rest of this body."""

    async def refuse_early(heard: Heard) -> None:
        head = await heard.reader.readuntil(b"\r\n\r\n")
        service.heard.append(head)
        await heard.say(FINE)
        while piece := await heard.reader.read(65_536):
            service.heard[-1] += piece

    async with behind(refuse_early) as service, in_front(service.port) as front:
        reader, writer = await front.socket()
        head = f"POST {ITEMS} HTTP/1.1\r\nHost: gateway\r\nContent-Length: 200000\r\n\r\n"
        writer.write(head.encode() + b"x" * 100_000)
        assert b" 200 " in await reader.readline()
        writer.close()
        await front.as_().get(ITEMS)

    assert len(service.heard) == 2
    assert b"GET" not in service.heard[0]


async def test_h11_what_a_service_adds_stays_behind() -> None:
    async with behind() as service, in_front(service.port) as front:
        service.answer = (
            b"HTTP/1.1 200 OK\r\nSet-Cookie: who=alice\r\nAccess-Control-Allow-Origin: *\r\n"
            b"X-Internal: 1\r\nServer: x\r\nX-Refusal: y\r\nContent-Length: 2\r\n\r\n{}"
        )
        answer = await front.as_().get(UNITS)

    ours = {"content-length", "x-request-id", "date", "server", "cache-control", "cache-status"}
    ours |= {"ratelimit", "ratelimit-policy"}
    assert set(answer.headers) <= ours
    assert answer.headers.get("server") != "x"
