"""Scenes for actors: entries of the hat's unit, or of another."""

from uuid import uuid4

from shared.authority import Role
from tests.security.scenes import AREA, OTHER, THIRD, Cast, Scene

PATH = "/registry/v1/actors"
REVISION = {"aliases": ["Treff"]}


def draft() -> dict[str, object]:
    return {"name": f"Treff {uuid4()}", "category": "providers", "areas": [AREA]}


async def entered(cast: Cast, role: Role, unit: str, kind: str = "") -> tuple[str, dict[str, str]]:
    """The id of an entry that `unit` has made, and the header that says which state is meant."""
    answer = await cast.somebody(role, unit).post(f"{PATH}{kind}", json=draft())
    return answer.raise_for_status().json()["id"], {"if-match": answer.headers["etag"]}


async def presented(cast: Cast) -> Scene:
    """A new row speaks for its maker; the only foreign try is to slip a unit in."""
    return Scene(PATH, draft() if cast.own else draft() | {"unit": OTHER}, foreign=422)


async def listed(cast: Cast) -> Scene:
    body = draft() if cast.own else draft() | {"unit": OTHER}
    return Scene(f"{PATH}/listings", body, foreign=422)


async def listing_revised(cast: Cast) -> Scene:
    actor, tag = await entered(cast, Role.DISTRICT_COORDINATION, cast.unit, "/listings")
    return Scene(f"{PATH}/listings/{actor}", REVISION, tag)


async def read(cast: Cast) -> Scene:
    actor, _ = await entered(cast, Role.PARTNER, cast.unit)
    return Scene(f"{PATH}/{actor}")


async def revised(cast: Cast) -> Scene:
    actor, tag = await entered(cast, Role.PARTNER, cast.unit)
    return Scene(f"{PATH}/{actor}", REVISION, tag)


async def suggestions_read(cast: Cast) -> Scene:
    actor, _ = await entered(cast, Role.PARTNER, cast.unit)
    return Scene(f"{PATH}/{actor}/suggestions")


async def suggested(cast: Cast) -> Scene:
    actor, _ = await entered(cast, Role.PARTNER, THIRD)
    body = {"changes": REVISION, "reason": "Auch so bekannt."}
    return Scene(
        f"{PATH}/{actor}/suggestions", body if cast.own else body | {"unit": OTHER}, foreign=422
    )


SCENES = {
    f"POST {PATH}": presented,
    f"POST {PATH}/listings": listed,
    f"PATCH {PATH}/listings/{{actor_id}}": listing_revised,
    f"GET {PATH}/{{actor_id}}": read,
    f"PATCH {PATH}/{{actor_id}}": revised,
    f"GET {PATH}/{{actor_id}}/suggestions": suggestions_read,
    f"POST {PATH}/{{actor_id}}/suggestions": suggested,
}
