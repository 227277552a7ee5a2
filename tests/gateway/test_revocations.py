"""What was revoked opens nothing any more, from the same moment on; a new sign-in does."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from deploy.local.issuer import ISSUER
from gateway.people.issuers import LONGEST_ACCESS, MOST_SKEW, Issuer
from gateway.revocations.model import Revocation
from gateway.revocations.rules import LASTS, Revoked
from gateway.running import doing
from shared.authority import Hat, Role
from shared.clock import now
from shared.database import Sessions, engine_on, sessions_on
from tests.conftest import admin, login
from tests.gateway.tokens import claims, malleated, token
from tests.house import House

ADMINISTRATOR, AUDITOR = Hat(Role.ADMINISTRATOR, "06.it"), Hat(Role.AUDITOR, "06.it")
SOMEBODY = {"subject": "x", "issuer": ISSUER, "reason": "card lost"}
HERE = Issuer(url=ISSUER, units=("06.",))


@pytest.fixture
def house(sessions: dict[str, Sessions]) -> House:
    """A house whose issuer speaks for district 06."""
    return House(sessions, issuers=[HERE])


def a_token(house: House, **said: Any) -> str:
    return token(house.issuer_key, body=claims(**said))


async def reads(house: House, made: str) -> int:
    client = house.as_(authorization=f"Bearer {made}")
    return (await client.get("/requests")).status_code


async def revoke(house: House, **said: Any) -> httpx.Response:
    said = {"reason": "card lost"} | said
    return await house.as_(ADMINISTRATOR, at="").post("/revocations", json=said)


async def test_a_revoked_token_opens_nothing_from_then_on(house: House) -> None:
    lost, other = a_token(house, jti="lost"), a_token(house, jti="other")
    assert await reads(house, lost) == 200

    answer = await revoke(house, token="lost")
    assert (answer.status_code, answer.json()["visibility"]) == (201, "unit")
    assert await reads(house, lost) == 401
    assert await reads(house, other) == 200


async def test_t21_another_signature_of_the_same_token_does_not_get_round_it(house: House) -> None:
    """ECDSA has two signatures for everything; the list knows the token by its id."""
    lost = a_token(house, jti="lost")
    twin = malleated(lost)
    assert twin != lost
    assert await reads(house, twin) == 200

    await revoke(house, token="lost")
    assert (await reads(house, lost), await reads(house, twin)) == (401, 401)
    assert await reads(house, malleated(a_token(house, jti="lost"))) == 401


async def test_a_revoked_person_signs_in_again(house: House) -> None:
    earlier = int(time.time()) - 60
    before, others = a_token(house, iat=earlier), a_token(house, sub="y", iat=earlier)
    assert await reads(house, before) == 200

    answer = await revoke(house, subject="x", issuer=ISSUER)
    assert await reads(house, before) == 401
    assert await reads(house, a_token(house, iat=earlier)) == 401
    assert await reads(house, others) == 200
    # The issuer's clock may be ahead by so much: this one may have been given out before.
    last = int(datetime.fromisoformat(answer.json()["created_at"]).timestamp()) + HERE.clock_skew
    assert await reads(house, a_token(house, iat=last)) == 401
    await asyncio.sleep(last + 1 - HERE.clock_skew - time.time())
    assert await reads(house, a_token(house, iat=last + 1)) == 200


async def test_the_same_subject_of_another_issuer_is_somebody_else() -> None:
    there = Issuer(url="https://there.invalid")
    revoked = Revocation(unit="06.it", subject="x", issuer=ISSUER, reason="lost")
    assert Revoked.of(HERE, [revoked]).covers("1", "x", 0)
    assert not Revoked.of(there, [revoked]).covers("1", "x", 0)


async def test_no_district_locks_out_another() -> None:
    said = [
        Revocation(unit="05.it", token="1", reason="lost"),
        Revocation(unit="05.it", subject="x", issuer=ISSUER, reason="lost"),
    ]
    assert not Revoked.of(HERE, said).covers("1", "x", 0)
    assert Revoked.of(Issuer(url=ISSUER), said).covers("1", "y", 0)


async def test_an_issuer_that_nobody_believes_is_a_mistake(house: House) -> None:
    answer = await revoke(house, subject="x", issuer="https://demo.invalid/")

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-issuer")
    assert ISSUER in answer.json()["detail"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"token": "1", "subject": "x", "issuer": ISSUER},
        {"token": "1", "issuer": ISSUER},
        {"subject": "x"},
        {"issuer": ISSUER},
        {"token": ""},
        {"token": "x" * 256},
        {"token": "\x00"},
        {"token": "1", "reason": ""},
        {"token": "1", "unit": "05.it"},
        {"token": ["1"]},
    ],
    ids=str,
)
async def test_a_revocation_says_one_thing_and_why(house: House, said: dict[str, Any]) -> None:
    assert (await revoke(house, **said)).status_code == 422


async def test_it_is_read_by_its_own_unit_alone(house: House) -> None:
    made = (await revoke(house, token="1")).json()

    async def seen(hat: Hat) -> list[str]:
        answer = await house.as_(hat, at="").get("/revocations")
        return [each["id"] for each in answer.raise_for_status().json()["items"]]

    assert await seen(ADMINISTRATOR) == await seen(AUDITOR) == [made["id"]]
    assert await seen(Hat(Role.ADMINISTRATOR, "06.other")) == []


async def test_a_retry_revokes_once(house: House) -> None:
    administrator = house.as_(ADMINISTRATOR, at="", **{"idempotency-key": "once"})
    answers = [await administrator.post("/revocations", json=SOMEBODY) for _ in range(2)]
    assert answers[0].json() == answers[1].json()


@pytest.fixture
async def nowhere() -> AsyncIterator[Sessions]:
    """A database that does not answer."""
    engine = engine_on("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    yield sessions_on(engine)
    await engine.dispose()


@pytest.fixture
def two(own_engine: Callable[[str], AsyncEngine]) -> tuple[House, House]:
    """Two gateways on one database, and one issuer."""
    sessions = {"gateway": sessions_on(own_engine("gateway"))}
    here, there = House(sessions, issuers=[HERE]), House(sessions, issuers=[HERE])
    there.issuer_key, there.issuer = here.issuer_key, here.issuer
    there.people._providers = here.people._providers
    return here, there


async def refused(house: House, made: str) -> bool:
    answer = await house.as_(authorization=f"Bearer {made}", at="").get("/refusals")
    assert answer.status_code in (200, 401)
    return answer.status_code == 401


async def test_another_gateway_hears_of_it_with_its_next_list(two: tuple[House, House]) -> None:
    here, there = two
    lost = a_token(here, jti="lost")
    assert not await refused(there, lost)
    assert (await revoke(here, token="lost")).status_code == 201
    assert await refused(here, lost)

    await there.revocations.load()
    assert await refused(there, lost)


async def test_a_restarted_gateway_knows_it_before_its_first_request(
    two: tuple[House, House],
) -> None:
    here, there = two
    await revoke(here, token="lost")
    assert await refused(there, a_token(here, jti="lost"))


async def test_while_the_database_is_away_the_last_list_holds(
    two: tuple[House, House], nowhere: Sessions
) -> None:
    here, _ = two
    lost, other = a_token(here, jti="lost"), a_token(here, jti="other")
    await revoke(here, token="lost")
    here.revocations._sessions = nowhere
    with capture_logs() as said:
        await here.revocations.load()

    assert [(each["log_level"], each["holding"]) for each in said] == [("error", "the last known")]
    assert await refused(here, lost)
    assert not await refused(here, other)


async def test_a_list_never_read_lets_nobody_in(nowhere: Sessions) -> None:
    house = House({"gateway": nowhere})
    answer = await house.as_(AUDITOR, at="").get("/authority")  # which needs no database itself

    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/away")
    assert (await house.as_(at="").get("/authority")).status_code == 200


async def test_a_revocation_that_was_not_kept_holds_no_longer_than_its_own_minute(
    two: tuple[House, House],
) -> None:
    here, _ = two
    unkept = Revocation(unit="06.it", token="kept by nobody", reason="lost")
    made = a_token(here, jti="kept by nobody")
    await here.revocations.load()
    here.revocations.add(unkept)
    await here.revocations.load()  # its commit may still be under way
    assert await refused(here, made)

    unkept.created_at = now() - timedelta(minutes=2)
    await here.revocations.load()
    assert not await refused(here, made)


async def test_revocations_are_kept_as_long_as_a_token_may_live(two: tuple[House, House]) -> None:
    here, _ = two
    await revoke(here, token="lost")
    name = here.gate.control.state.sessions.kw["bind"].url.database
    assert timedelta(seconds=LONGEST_ACCESS + 2 * MOST_SKEW) <= LASTS
    with admin(name) as eyes:
        eyes.execute("UPDATE revocation SET created_at = now() - %s", [LASTS])
    house = two[1]
    await house.revocations.load()
    assert not await refused(house, a_token(here, jti="lost"))


async def test_nobody_takes_one_back_behind_the_gateways_back(two: tuple[House, House]) -> None:
    await revoke(two[0], token="lost")
    name = two[0].gate.control.state.sessions.kw["bind"].url.database
    with login(name, "gateway_service", autocommit=True) as connection:
        connection.execute("SELECT set_config('kiez.unit', '06.it', false)")
        for statement in ("UPDATE revocation SET token = 'x'", "DELETE FROM revocation"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


async def test_chores_go_on_beside_the_requests_whatever_happens() -> None:
    done: list[int] = []

    async def chore() -> None:
        done.append(len(done))
        if len(done) == 2:
            raise ValueError("a bad day")

    async with doing({chore: 0.01}):
        assert done == [0]
        await asyncio.sleep(0.2)
    assert len(done) > 3
    ended = len(done)
    await asyncio.sleep(0.05)
    assert len(done) == ended
