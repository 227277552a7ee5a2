"""Scenes for the topic tree: a topic of the hat's unit or of another."""

from shared.authority import Hat, Role
from tests.registry.ledger import a_code, a_topic
from tests.security.scenes import OTHER, Cast, Scene

PATH = "/registry/v1/topics"


async def kept_by(cast: Cast) -> dict[str, str]:
    """A topic that the hat's unit keeps, or another."""
    return await a_topic(cast.house, a_code(), hat=Hat(Role.STEWARD, cast.unit))


async def read(cast: Cast) -> Scene:
    return Scene(f"{PATH}/{(await kept_by(cast))['code']}")


async def entered(cast: Cast) -> Scene:
    """A new row speaks for its maker; the only foreign try is to slip a unit in."""
    body = {"code": a_code(), "name": "Lärm", "name_en": "Noise"}
    return Scene(PATH, body if cast.own else body | {"unit": OTHER}, foreign=422)


async def revised(cast: Cast) -> Scene:
    topic = await kept_by(cast)
    headers = {"if-match": topic["etag"]}
    return Scene(f"{PATH}/{topic['code']}", {"name": "Anders"}, headers)


async def proposed(cast: Cast) -> Scene:
    body = {"name": "Lastenräder", "reason": "Wird oft gefragt."}
    own = body if cast.own else body | {"unit": OTHER}
    return Scene(f"{PATH}/proposals", own, foreign=422)


async def read_proposal(cast: Cast) -> Scene:
    client = cast.somebody(Role.LEAD, cast.unit)
    body = {"name": "Lastenräder", "reason": "Wird oft gefragt."}
    answer = await client.post(f"{PATH}/proposals", json=body)
    return Scene(f"{PATH}/proposals/{answer.raise_for_status().json()['id']}")


SCENES = {
    f"POST {PATH}": entered,
    f"GET {PATH}/{{code}}": read,
    f"PATCH {PATH}/{{code}}": revised,
    f"POST {PATH}/proposals": proposed,
    f"GET {PATH}/proposals/{{proposal_id}}": read_proposal,
}
