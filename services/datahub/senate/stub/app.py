"""Three partners to run against, which behave like the Senate's systems may: over real HTTP.

All of it asks for the token: the partners below /prisma, /wofis and /sofis, and how they are
steered: POST /_mode, POST /_change, and GET /_state, which tells the whole truth to compare with.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.datahub.senate.stub.moods import Mode, Mood
from services.datahub.senate.stub.world import System, made_up

PartnerName = Literal["prisma", "wofis", "sofis"]
MOST = 200


class StubSettings(BaseSettings):
    """The token that the partners ask for."""

    model_config = SettingsConfigDict(env_prefix="PARTNER_", frozen=True)

    token: SecretStr


class Steering(BaseModel):
    """How a partner is to behave from now on."""

    model_config = ConfigDict(extra="forbid")

    partner: PartnerName
    mode: Mode
    after_pages: Annotated[int, Field(ge=0)] = 0
    recovers_after: Annotated[int | None, Field(ge=0)] = None
    seconds: Annotated[float, Field(ge=0, le=60)] = 1.0


class Change(BaseModel):
    """How many of a partner's records are to appear, change, go, come back, lose their form."""

    model_config = ConfigDict(extra="forbid")

    partner: PartnerName
    add: Annotated[int, Field(ge=0)] = 0
    change: Annotated[int, Field(ge=0)] = 0
    remove: Annotated[int, Field(ge=0)] = 0
    restore: Annotated[int, Field(ge=0)] = 0
    spoil: Annotated[int, Field(ge=0)] = 0


@dataclass
class Stub:
    """The partners with their records and moods."""

    token: str
    systems: Mapping[str, System] = field(default_factory=made_up)
    moods: dict[str, Mood] = field(default_factory=dict)

    def mood(self, partner: str) -> Mood:
        """How a partner behaves."""
        return self.moods.setdefault(partner, Mood())


async def known(request: Request, authorization: Annotated[str, Header()] = "") -> Stub:
    """The stub, for whoever has the token."""
    stub = request.app.state.stub
    assert isinstance(stub, Stub)
    if not secrets.compare_digest(authorization.encode(), f"Bearer {stub.token}".encode()):
        raise HTTPException(401, "unknown token", {"www-authenticate": "Bearer"})
    return stub


Known = Annotated[Stub, Depends(known)]
router = APIRouter()


@router.get("/health/ready")
async def ready() -> dict[str, str]:
    """Whether the process serves."""
    return {"status": "ok"}


@router.post("/_mode")
async def steer(stub: Known, steering: Steering) -> dict[str, str]:
    """Let a partner behave in another way from now on."""
    stub.moods[steering.partner] = Mood(**steering.model_dump(exclude={"partner"}))
    return {"partner": steering.partner, "mode": steering.mode}


@router.post("/_change")
async def change(stub: Known, wish: Change) -> dict[str, list[str]]:
    """Change a partner's records; the answer names them."""
    system = stub.systems[wish.partner]
    changed = system.restore(wish.restore) + system.spoil(wish.spoil)
    return {"changed": changed + system.change(wish.add, wish.change, wish.remove)}


@router.get("/_state")
async def state(stub: Known) -> dict[str, Any]:
    """All that each partner knows."""
    return {
        name: {
            "mode": stub.mood(name).mode,
            "records": [each.told() for each in system.entries.values() if not each.gone],
            "gone": [each.told() for each in system.entries.values() if each.gone],
        }
        for name, system in stub.systems.items()
    }


@router.get("/{partner}/state")
async def present(
    stub: Known, partner: PartnerName, if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """The partner's clock, under a tag that changes with each of its records."""
    tag = f'"{partner}-{stub.systems[partner].changes}"'
    if if_none_match == tag:
        return Response(status_code=304, headers={"etag": tag})
    answer = await stub.mood(partner).answer({"as_of": datetime.now(UTC).isoformat()}, page=False)
    answer.headers["etag"] = tag
    return answer


@router.get("/{partner}/records")
async def records(
    stub: Known,
    partner: PartnerName,
    modified_since: AwareDatetime | None = None,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Response:
    """Some of what changed, and where to go on."""
    mood = stub.mood(partner)
    ranked = mood.ranked(stub.systems[partner].since(modified_since))
    order, _, behind = (cursor or f"{mood.order}|").partition("|")
    if order != mood.order:
        raise HTTPException(410, "this cursor leads nowhere any more")
    left = [(rank, entry) for rank, entry in ranked if rank > behind]
    body = {
        "items": [entry.told() for _, entry in left[:limit]],
        "next": f"{order}|{left[limit - 1][0]}" if len(left) > limit else None,
        "total": len(ranked),
    }
    return await mood.answer(body, page=True)


def create_app(token: str) -> FastAPI:
    """The partners at the beginning of their time."""
    app = FastAPI(title="Stub partners", openapi_url=None)
    app.state.stub = Stub(token)
    app.include_router(router)
    return app


def from_environment() -> FastAPI:
    """What `uvicorn --factory` starts."""
    return create_app(StubSettings().token.get_secret_value())
