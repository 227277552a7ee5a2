"""An issuer's keys: fetched with suspicion, kept for a while, forgotten when they are withdrawn."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import async_sessionmaker

from deploy.local.issuer import ISSUER, new_key
from gateway.people import provider, published
from gateway.people.identity import People
from gateway.people.issuers import Issuer
from gateway.people.provider import IssuerAway
from gateway.people.published import DISCOVERY, MOST_BYTES
from gateway.people.revoked import Revocations
from shared.problems import NotSignedIn
from tests.gateway.publisher import FOUND, JWKS, Clock, Publisher
from tests.gateway.tokens import head, token


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(provider, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
async def people(publisher: Publisher, clock: Clock) -> AsyncIterator[People]:
    async with httpx.AsyncClient(transport=publisher) as client:
        issuers = [Issuer(url=ISSUER)]
        revocations = Revocations(async_sessionmaker(), issuers)
        revocations.take([])
        yield People(issuers, client, revocations)


async def holds(people: People, made: str) -> bool:
    """Whether a token holds."""
    try:
        await people.person(made)
    except NotSignedIn:
        return False
    return True


EVIL, EVIL_PUBLIC = new_key()
EVILS = httpx.Response(200, json={"keys": [EVIL_PUBLIC | {"kid": "evil"}]}).content


async def lengthy() -> AsyncIterator[bytes]:
    """An answer that is long before it says anything."""
    yield b" " * MOST_BYTES
    yield EVILS


async def dripping() -> AsyncIterator[bytes]:
    """An answer that comes a byte at a time."""
    for _ in range(30):
        yield b" "
        await asyncio.sleep(0.01)
    yield EVILS


POISON: dict[str, dict[str, Any]] = {
    "T22-refused": {JWKS: httpx.ConnectError("refused")},
    "T22-error": {JWKS: lambda: httpx.Response(500)},
    "T22-lengthy": {JWKS: lengthy},
    "T22-slow": {JWKS: dripping},
    "T22-no-json": {JWKS: lambda: httpx.Response(200, text="<html>")},
    "T22-deep": {JWKS: lambda: httpx.Response(200, text="[" * 100_000)},
    "T22-list": {JWKS: []},
    "T22-keys-no-list": {JWKS: {"keys": "demo"}},
    "T22-no-keys": {JWKS: {"keys": []}},
    "T22-no-good-key": {JWKS: {"keys": [{"kid": "demo", "kty": "oct", "k": "AAAA"}]}},
    "T22-packed": {JWKS: lambda: httpx.Response(200, headers={"content-encoding": "gzip"})},
    "T22-another-issuer": {ISSUER + DISCOVERY: FOUND | {"issuer": "https://evil.invalid"}},
    "T22-no-address": {ISSUER + DISCOVERY: {"issuer": ISSUER}},
    "O7-redirect": {JWKS: lambda: httpx.Response(302, headers={"location": "http://10.0.0.1/"})},
    "O7-elsewhere": {ISSUER + DISCOVERY: FOUND | {"jwks_uri": "https://evil.invalid/jwks"}},
    "O7-inside": {ISSUER + DISCOVERY: FOUND | {"jwks_uri": "http://169.254.169.254/jwks"}},
    "O7-file": {ISSUER + DISCOVERY: FOUND | {"jwks_uri": "file:///etc/passwd"}},
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "PATIENCE", 0.1)


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
async def test_what_an_issuer_should_not_publish_changes_nothing(
    people: People, publisher: Publisher, clock: Clock, impatient: None, poison: dict[str, Any]
) -> None:
    assert await holds(people, token(publisher.private))
    publisher.says |= poison
    clock.at += 3600
    publisher.asked.clear()
    await people.refresh()

    assert publisher.asked
    assert {url.split("/")[2] for url in publisher.asked} == {"demo.invalid"}
    assert await holds(people, token(publisher.private))
    assert not await holds(people, token(EVIL, head(kid="evil")))


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
async def test_and_opens_nothing_where_nothing_was_known(
    people: People, publisher: Publisher, impatient: None, poison: dict[str, Any]
) -> None:
    publisher.says |= poison
    with pytest.raises(IssuerAway):
        await people.person(token(publisher.private))


async def test_keys_at_a_named_place_are_fetched(publisher: Publisher) -> None:
    elsewhere = "https://keys.invalid/jwks"
    publisher.says |= {
        ISSUER + DISCOVERY: FOUND | {"jwks_uri": elsewhere},
        elsewhere: publisher.says[JWKS],
    }
    issuer = Issuer(url=ISSUER, keys_at=("https://keys.invalid",))
    async with httpx.AsyncClient(transport=publisher) as client:
        assert (await published.keys_of(issuer, client)).keys() == {"demo"}


async def test_an_answer_as_long_as_allowed_is_read(publisher: Publisher) -> None:
    said = '{"keys": [' + httpx.Response(200, json=publisher.public | {"kid": "demo"}).text + "]"
    publisher.says[JWKS] = lambda: httpx.Response(
        200, text=said + " " * (MOST_BYTES - len(said) - 1) + "}"
    )
    async with httpx.AsyncClient(transport=publisher) as client:
        assert (await published.keys_of(Issuer(url=ISSUER), client)).keys() == {"demo"}


async def test_a_flood_of_unknown_keys_makes_one_fetch(
    people: People, publisher: Publisher
) -> None:
    """T22: whoever waits for a fetch makes none of their own."""

    async def slowly() -> AsyncIterator[bytes]:
        await asyncio.sleep(0.05)
        yield httpx.Response(200, json={"keys": [publisher.public | {"kid": "demo"}]}).content

    publisher.says[JWKS] = slowly
    tokens = [token(publisher.private, head(kid=f"k{n}")) for n in range(100)]
    assert {*await asyncio.gather(*(holds(people, each) for each in tokens))} == {False}
    assert publisher.asked == [ISSUER + DISCOVERY, JWKS]


async def test_a_flood_is_answered_at_a_limited_rate(
    people: People, publisher: Publisher, clock: Clock
) -> None:
    """T22: a hundred in each of thirty seconds are three fetches."""
    await holds(people, token(publisher.private))
    publisher.asked.clear()
    for second in range(30):
        clock.at += 1
        for n in range(3):
            await holds(people, token(publisher.private, head(kid=f"k{second}.{n}")))
    assert publisher.asked.count(JWKS) == 3


async def test_known_keys_do_not_wait_for_a_slow_issuer(
    people: People, publisher: Publisher, clock: Clock
) -> None:
    """T22: only who comes with an unknown key waits."""
    await holds(people, token(publisher.private))
    publisher.says[JWKS] = dripping
    clock.at += 3600
    fetch = asyncio.create_task(people.refresh())
    await asyncio.sleep(0.05)

    assert await asyncio.wait_for(holds(people, token(publisher.private)), 1)
    assert not fetch.done()
    fetch.cancel()
    await asyncio.gather(fetch, return_exceptions=True)


async def test_keys_are_fetched_anew_when_they_have_come_of_age(
    people: People, publisher: Publisher, clock: Clock
) -> None:
    await people.refresh()
    publisher.asked.clear()
    clock.at += 599
    await people.refresh()
    assert publisher.asked == []

    clock.at += 1
    await people.refresh()
    assert publisher.asked.count(JWKS) == 1


async def test_a_withdrawn_key_stops_working_for_tokens_seen_before_too(
    people: People, publisher: Publisher, clock: Clock
) -> None:
    """T23: what was remembered under the old keys is forgotten with them."""
    seen, new = token(publisher.private), new_key()
    assert await holds(people, seen)
    publisher.publish(next=new[1])
    clock.at += 600
    await people.refresh()

    assert not await holds(people, seen)
    assert not await holds(people, token(publisher.private))
    assert await holds(people, token(new[0], head(kid="next")))


async def test_another_key_under_the_same_name_takes_its_place(
    people: People, publisher: Publisher, clock: Clock
) -> None:
    """T23: keys are told apart by what they are, not by their name."""
    seen, new = token(publisher.private), new_key()
    assert await holds(people, seen)
    publisher.publish(demo=new[1])
    clock.at += 600
    await people.refresh()

    assert not await holds(people, seen)
    assert await holds(people, token(new[0]))


async def test_the_last_good_keys_hold_for_a_day_and_no_longer(
    people: People, publisher: Publisher, clock: Clock
) -> None:
    """T22: an issuer that is away for longer may have been closed for a reason."""
    seen = token(publisher.private)
    assert await holds(people, seen)
    publisher.says[JWKS] = httpx.ConnectError("away")
    clock.at += 86399
    await people.refresh()
    assert await holds(people, seen)
    assert await holds(people, token(publisher.private))

    clock.at += 2
    for made in (seen, token(publisher.private)):
        with pytest.raises(IssuerAway):
            await people.person(made)

    publisher.publish(demo=publisher.public)
    clock.at += 1
    assert await holds(people, seen)


async def test_a_published_private_key_vouches_by_its_public_half(
    people: People, publisher: Publisher
) -> None:
    publisher.publish(demo=publisher.private)
    assert await holds(people, token(publisher.private))


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "RSA", "n": 5, "e": "AQAB"},
        {"kty": "RSA", "n": "A" * 8000, "e": "AQAB"},
        {"kty": "RSA", "n": "_" * 20_000, "e": "AQAB"},
        {"kty": "RSA", "n": "_" * 400},
        {"kty": "EC", "crv": "P-256"},
        {"kty": "EC", "crv": "P-256", "x": 1, "y": 2},
        {"kty": "EC", "crv": ["P-256"], "x": "AA", "y": "AA"},
        {"kty": None},
        {},
    ],
    ids=[
        "T19-number",
        "T19-zero",
        "T19-huge",
        "T19-half",
        "T19-no-point",
        "T19-numbers",
        "T19-curves",
        "T19-null",
        "T19-empty",
    ],
)
async def test_what_is_no_key_is_left_out_and_the_others_hold(
    people: People, publisher: Publisher, key: dict[str, Any]
) -> None:
    publisher.publish(odd=key, demo=publisher.public)
    assert await holds(people, token(publisher.private))
    assert not await holds(people, token(publisher.private, head(kid="odd")))
