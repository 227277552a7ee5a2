"""Scenes for coordination requests: asked by the hat's unit, addressed to it, or neither."""

from shared.authority import Role
from tests.house import ACCEPTED, QUESTION
from tests.security.scenes import AREA, MINE, OTHER, THIRD, Cast, Scene

PATH = "/registry/v1/requests"


async def made(cast: Cast) -> Scene:
    """A new row speaks for its maker; the only foreign try is to slip a unit in."""
    body = QUESTION | {"addressee": THIRD, "areas": [AREA]}
    return Scene(PATH, body if cast.own else body | {"unit": OTHER}, foreign=422)


async def asked_by(cast: Cast) -> str:
    """A request that the hat's unit has made, or another."""
    return f"{PATH}/{await cast.house.a_request(cast.unit, THIRD)}"


async def read(cast: Cast) -> Scene:
    return Scene(await asked_by(cast))


async def reminded(cast: Cast) -> Scene:
    return Scene(f"{await asked_by(cast)}/reminders")


async def withdrawn(cast: Cast) -> Scene:
    return Scene(f"{await asked_by(cast)}/withdrawal")


async def replied(cast: Cast) -> Scene:
    request = await cast.house.a_request(OTHER, MINE if cast.own else THIRD)
    return Scene(f"{PATH}/{request}/replies", ACCEPTED)


async def published(cast: Cast) -> Scene:
    asked = MINE if cast.own else THIRD
    request = await cast.house.a_request(OTHER, asked)
    client = cast.somebody(Role.LEAD, asked)
    answer = await client.post(f"{PATH}/{request}/replies", json=ACCEPTED)
    return Scene(f"{PATH}/{request}/replies/{answer.raise_for_status().json()['id']}/publication")


SCENES = {
    f"POST {PATH}": made,
    f"GET {PATH}/{{request_id}}": read,
    f"POST {PATH}/{{request_id}}/reminders": reminded,
    f"POST {PATH}/{{request_id}}/withdrawal": withdrawn,
    f"POST {PATH}/{{request_id}}/replies": replied,
    f"POST {PATH}/{{request_id}}/replies/{{reply_id}}/publication": published,
}
