"""Scenes for revocations: the hat's own word; the only foreign try is to slip a unit in."""

from deploy.local.issuer import ISSUER
from tests.security.scenes import OTHER, Cast, Scene


async def entered(cast: Cast) -> Scene:
    body = {"subject": "a lost card", "issuer": ISSUER, "reason": "lost"}
    return Scene("/revocations", body if cast.own else body | {"unit": OTHER}, foreign=422)


SCENES = {"POST /revocations": entered}
