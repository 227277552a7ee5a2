"""Where one wall fails the next one holds: attacks A17 to A22 on the decision itself."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from deploy.local.issuer import ISSUER
from gateway.admission import Admission
from gateway.contracts import Operation
from gateway.mint import Mint
from services.registry.requests import queries
from services.registry.requests.model import Request
from shared.access import CurrentCaller, let_in
from shared.authority import PAGE, Hat, Relation, Role, decide
from shared.clock import today
from shared.database import Session, Sessions
from shared.keys import Key, public_half
from shared.problems import Fault, NotSignedIn, NotYourAct
from shared.routing import SliceRouter
from shared.service import build
from shared.tokens import ACCESS_TYPE, Signer, internal_signer, internal_verifier, prepared
from tests.house import COORDINATION as SPK
from tests.house import JUGENDAMT, QUESTION, House

canary = SliceRouter("requests")
THEIRS = "06.jugendamt"
DRAFT = QUESTION | {"addressee": THEIRS}


@canary.post("", act="request.make")
async def speak_for_another(session: Session, caller: CurrentCaller) -> str:
    """Drop the obligation, and write in another unit's name."""
    caller.owes.clear()
    session.add(Request(unit=THEIRS, addressee="06.a", question="?", wished_by=today()))
    await session.flush()
    return "done"


@canary.post("/{request_id}/withdrawal", act="request.withdraw")
async def change_anothers(session: Session, caller: CurrentCaller, request_id: UUID) -> str:
    """Drop the obligation, and change another unit's row."""
    caller.owes.clear()
    request = await queries.one(session, request_id)
    request.question = "changed"
    await session.flush()
    return "done"


@canary.post("/{request_id}/reminders", act="request.remind")
async def prove_nothing(session: Session, request_id: UUID) -> str:
    """Prove nothing, and change nothing."""
    await queries.one(session, request_id)
    return "done"


@pytest.mark.parametrize("path", ["", "/{id}/withdrawal", "/{id}/reminders"])
async def test_a17_an_obligation_that_a_service_drops_is_kept_by_the_next_wall(
    sessions: dict[str, Sessions], path: str
) -> None:
    def create(of: Sessions, key: Key) -> FastAPI:
        return build("registry", [canary], of, key)

    request = await House(sessions).a_request(THEIRS, "06.sozialamt")
    house = House(sessions, {"registry": create})
    answer = await house.as_(SPK).post("/requests" + path.format(id=request), json=DRAFT)

    assert answer.status_code == 500
    assert answer.json()["type"] in {"/problems/fault", "/problems/forgotten-check"}
    async with sessions["registry"]() as session:
        assert await session.scalar(select(func.count()).select_from(Request)) == 1
    shown = await House(sessions).as_(JUGENDAMT).get(f"/requests/{request}")
    assert shown.json()["question"] == QUESTION["question"]


READ = Operation("registry", "GET", "/registry/v1/requests", PAGE["request.browse"])


def admission(
    hat: Hat = SPK, operation: Operation = READ, subject: str = "s", **more: Any
) -> Admission:
    decision = more.get("decision", decide(hat, operation.act))
    return Admission(subject, hat, operation, decision, str(uuid4()))


async def test_a18_a_kept_decision_serves_its_own_subject_hat_act_and_service_alone(
    house: House,
) -> None:
    mint = Mint(internal_signer(house.signing_key))
    elsewhere = Operation("datahub", "GET", "/datahub/v1/areas", PAGE["request.browse"])
    another = Operation("registry", "GET", "/registry/v1/events", PAGE["event.read"])
    one = mint.token(admission())
    others = [
        admission(Hat(SPK.role, "06.other")),
        admission(Hat(Role.SPECIALIST, SPK.unit)),
        admission(Hat(SPK.role, SPK.unit, ("062004",))),
        admission(subject="another"),
        admission(operation=elsewhere),
        admission(operation=another),
    ]

    assert mint.token(admission()) == one
    assert len({mint.token(each) for each in others} - {one}) == len(others)
    change = Operation("registry", "POST", "/registry/v1/requests", PAGE["request.make"])
    assert mint.token(admission(operation=change)) != mint.token(admission(operation=change))


def the_claims(act: str, *relations: str, **more: Any) -> dict[str, Any]:
    said = {"sub": "s", "act": act, "role": "lead", "unit": "06.x", "regions": []}
    return said | {"relations": list(relations), "request_id": ""} | more


def test_a18_a_conditional_permit_is_not_taken_for_an_unconditional_one() -> None:
    act = PAGE["request.reply"]
    assert let_in(the_claims(act.id, "addressee"), act, "").owes == {Relation.ADDRESSEE}
    for said in ((), ("own-unit",), ("addressee", "own-unit")):
        with pytest.raises(NotSignedIn):
            let_in(the_claims(act.id, *said), act, "")


@pytest.mark.parametrize("wall", ["gateway.admission", "shared.access"])
async def test_a19_a_decision_that_fails_permits_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, wall: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(f"{wall}.decide", fail)
    answer = await house.as_(SPK).post("/requests", json=DRAFT)

    assert answer.status_code == 500
    assert bool(house.upstream.asked) is (wall == "shared.access")


BROKEN = {
    "no-unit": [{"role": "lead"}],
    "no-role": [{"unit": "06.x"}],
    "null": [{"role": "lead", "unit": "06.x", "regions": None}],
    "text": ["lead@06.x"],
    "object": {"role": "lead", "unit": "06.x"},
    "unknown-role": [{"role": "boss", "unit": "06.x"}],
    "every-role": [{"role": "*", "unit": "06.x"}],
    "roles": [{"role": ["lead"], "unit": "06.x"}],
    "a-voice-of-the-public": [{"role": "lead", "unit": "link:abc"}],
}


@pytest.mark.parametrize("hats", BROKEN.values(), ids=[f"A20-{name}" for name in BROKEN])
async def test_a_hat_that_lacks_something_is_none(house: House, hats: Any) -> None:
    answer = await house.as_(authorization=f"Bearer {token(house, hats)}").get("/requests")

    assert answer.status_code == 401
    assert house.upstream.asked == []


def token(house: House, hats: Any) -> str:
    """An access token whose claim `hats` is as given."""
    signer = Signer(prepared(house.issuer_key), ISSUER, ACCESS_TYPE, 60, "demo")
    return signer.sign("kiezknoten", "somebody", hats=hats)


@pytest.mark.parametrize("missing", ["act", "role", "unit", "regions", "relations", "request_id"])
def test_a20_an_internal_token_that_lacks_a_claim_opens_nothing(house: House, missing: str) -> None:
    said = the_claims("request.browse")
    del said[missing], said["sub"]
    made = internal_signer(house.signing_key).sign("registry", "s", **said)
    verifier = internal_verifier(public_half(house.signing_key), "registry")

    with pytest.raises((NotSignedIn, KeyError)):
        let_in(verifier.verify(made), PAGE["request.browse"], "")


@pytest.mark.parametrize("nothing", [None, (), "permit", True])
async def test_a21_no_decision_is_no_permit(
    house: House, monkeypatch: pytest.MonkeyPatch, nothing: Any
) -> None:
    with pytest.raises(Fault):
        Mint(internal_signer(house.signing_key)).token(admission(decision=nothing))
    monkeypatch.setattr("gateway.admission.decide", lambda *_: nothing)
    answer = await house.as_(SPK).post("/requests", json=DRAFT)
    assert answer.status_code == 500
    assert house.upstream.asked == []
    monkeypatch.setattr("shared.access.decide", lambda *_: nothing)
    with pytest.raises(NotYourAct):
        let_in(the_claims("request.browse"), PAGE["request.browse"], "")


UNITS = {
    "sql": "06.spk' OR true --",
    "wildcard": "%",
    "every": "*",
    "array": "{06.spk,06.jugendamt}",
    "entity": '{"__entity": {"type": "Unit", "id": "06.spk"}}',
    "setting": "06.spk', 'kiez.staff', 'yes",
    "case": "06.SPK",
    "space": " 06.spk",
    "full-width": "06\uff0espk",
    "right-to-left": "\u202e06.spk",
}


@pytest.mark.parametrize("unit", UNITS.values(), ids=[f"A22-{name}" for name in UNITS])
async def test_a_unit_is_a_name_and_nothing_that_is_evaluated(house: House, unit: str) -> None:
    draft = DRAFT | {"visibility": "unit"}
    made = await house.as_(SPK).post("/requests", json=draft)
    address = f"/requests/{made.json()['id']}"
    hat = Hat(Role.PARTNER, unit)

    read = await house.as_(hat).get(address)
    changed = await house.as_(Hat(Role.LEAD, unit)).post(f"{address}/withdrawal")

    assert read.status_code in {401, 404}
    assert changed.status_code in {401, 404}
    again = await house.as_(SPK).get(address)
    assert again.json()["standing"] == "open"
