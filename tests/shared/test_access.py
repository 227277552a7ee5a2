"""A proof that is owed and not given stops everything."""

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from services.registry.requests.model import Request
from shared.access import Caller, CurrentCaller
from shared.authority import PAGE, Hat, Relation, Role
from shared.clock import today
from shared.database import Session, Sessions
from shared.keys import Key
from shared.problems import ForgottenCheck, NotYourRegion, NotYours
from shared.routing import SliceRouter
from shared.service import build
from tests.house import COORDINATION, QUESTION, House

forgetful = SliceRouter("requests")


@forgetful.post("", act="request.make")
async def forget(session: Session, caller: CurrentCaller) -> str:
    """Write without having proved anything."""
    session.add(Request(unit=caller.unit, addressee="06.a", question="?", wished_by=today()))
    await session.flush()
    return "done"


async def test_a_forgotten_check_is_a_500_and_nothing_is_kept(
    sessions: dict[str, Sessions],
) -> None:
    def create(of: Sessions, key: Key) -> FastAPI:
        return build("registry", [forgetful], of, key)

    house = House(sessions, {"registry": create})

    answer = await house.as_(COORDINATION).post("/requests", json=QUESTION)

    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/forgotten-check"
    async with sessions["registry"]() as session:
        assert await session.scalar(select(func.count()).select_from(Request)) == 0


ASKED = Request(unit="06.spk", addressee="06.jugendamt", question="?", wished_by=today())


def a_caller(act: str, *owes: Relation) -> Caller:
    return Caller("x", Hat(Role.LEAD, "06.spk", ("062004",)), PAGE[act], set(owes))


def test_the_wrong_proof_proves_nothing() -> None:
    caller = a_caller("request.reply", Relation.ADDRESSEE)
    caller.must_own(ASKED)
    with pytest.raises(ForgottenCheck):
        caller.settle()


def test_a_proof_that_fails_says_whose_it_is() -> None:
    caller = a_caller("request.reply", Relation.ADDRESSEE)
    with pytest.raises(NotYours) as refusal:
        caller.must_be_addressee_of(ASKED)
    assert refusal.value.facts["unit"] == "06.jugendamt"


def test_every_relation_that_is_owed_has_to_be_proved() -> None:
    caller = a_caller("request.make", Relation.OWN_UNIT, Relation.IN_REGION)
    caller.must_own(ASKED)
    with pytest.raises(ForgottenCheck):
        caller.settle()
    caller.must_be_in_region("06200419")
    caller.settle()


@pytest.mark.parametrize("areas", [(), ("06",), ("061001",), ("06200419", "06100101")])
def test_who_is_bound_to_regions_acts_in_them_alone(areas: tuple[str, ...]) -> None:
    with pytest.raises(NotYourRegion):
        a_caller("request.make", Relation.IN_REGION).must_be_in_region(*areas)


def test_who_is_not_bound_to_regions_acts_everywhere() -> None:
    a_caller("request.make").must_be_in_region("061001")
