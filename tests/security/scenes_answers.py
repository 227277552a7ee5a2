"""Scenes for answers: the item is in the hands of the hat's unit, or of another."""

from typing import Any

from shared.authority import Role
from tests.security.scenes import OTHER, Cast, Scene
from tests.security.scenes_items import PATH as ITEMS
from tests.security.scenes_items import said
from tests.security.scenes_routing import accepted

PATH = "/participation/v1/answers"
WORDS = {"text": "Es wird gebaut.", "outcome": "will_do"}


async def in_hand(cast: Cast) -> str:
    """An item that the unit of this scene has accepted."""
    routing = await accepted(cast, cast.unit)
    answer = await cast.somebody(Role.SPECIALIST, cast.unit).get(routing)
    return f"{ITEMS}/{answer.json()['item_id']}"


async def begun(cast: Cast) -> tuple[str, dict[str, str], dict[str, Any]]:
    """An answer of that unit, what names its state, and how its unit sees it."""
    client = cast.somebody(Role.SPECIALIST, cast.unit)
    answer = await client.post(f"{await in_hand(cast)}/answers", json=WORDS)
    shown = answer.raise_for_status().json()
    return f"{PATH}/{shown['id']}", {"if-match": answer.headers["etag"]}, shown


async def made_public(cast: Cast) -> tuple[str, dict[str, str]]:
    """An answer whose first version is published, and what names its state then."""
    path, match, _ = await begun(cast)
    client = cast.somebody(Role.LEAD, cast.unit)
    answer = await client.post(f"{path}/publication", json={"version": 1}, headers=match)
    return path, {"if-match": answer.raise_for_status().headers["etag"]}


async def of_item(cast: Cast) -> Scene:
    return Scene(f"{await said(cast, by_the_hat=False)}/answers")


async def drafted(cast: Cast) -> Scene:
    return Scene(f"{await in_hand(cast)}/answers", WORDS)


async def read(cast: Cast) -> Scene:
    return Scene((await made_public(cast))[0])


async def revised(cast: Cast) -> Scene:
    """The former version is public, so that everybody finds the answer."""
    path, match = await made_public(cast)
    return Scene(path, {"text": "Es wird später gebaut."}, match)


async def published(cast: Cast) -> Scene:
    """A second version is to be published; the first one is public already."""
    path, match = await made_public(cast)
    client = cast.somebody(Role.SPECIALIST, cast.unit)
    answer = await client.patch(path, json={"text": "Es wird später gebaut."}, headers=match)
    match = {"if-match": answer.raise_for_status().headers["etag"]}
    return Scene(f"{path}/publication", {"version": 2}, match)


async def summarised(cast: Cast) -> Scene:
    body = {"text": "Kurz gesagt: Es wird gebaut."}
    path = f"{await said(cast, by_the_hat=False)}/summaries"
    return Scene(path, body if cast.own else body | {"unit": OTHER}, foreign=422)


SCENES = {
    f"GET {ITEMS}/{{item_id}}/answers": of_item,
    f"POST {ITEMS}/{{item_id}}/answers": drafted,
    f"GET {PATH}/{{answer_id}}": read,
    f"PATCH {PATH}/{{answer_id}}": revised,
    f"POST {PATH}/{{answer_id}}/publication": published,
    f"POST {ITEMS}/{{item_id}}/summaries": summarised,
}
