"""Every operation, every hat, an own and a foreign record: what happens is on the page."""

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.contracts import HERE, Operation, committed
from shared.authority import Decision, Hat, PermitIf, Refuse, Relation, Role, decide
from tests.conftest import undone
from tests.house import House
from tests.security.scenes import Cast, Scene, hat_of, scene_of

# Put together from what the parts tell, and kept for a while: it asks them, or not.
ASKS_THE_PARTS = {"/authority/report"}


def decision(operation: Operation, cast: Cast) -> Decision:
    """What the page says; the public has a link of its own for a unit."""
    unit = cast.hat.unit or "link:mine"
    return decide(Hat(cast.hat.role, unit, cast.hat.regions), operation.act)


def expected(operation: Operation, cast: Cast, scene: Scene) -> tuple[set[int], bool]:
    """The statuses the page allows, and whether the service is reached at all."""
    said = decision(operation, cast)
    if isinstance(said, Refuse):
        return {401} if cast.hat.role is Role.PUBLIC else {403}, False
    owes = set(said.relations) if isinstance(said, PermitIf) else set()
    if owes - {Relation.IN_REGION} and not cast.own:
        return {scene.foreign}, True
    return {200, 201}, True


async def wrong(operation: Operation, cast: Cast, scene: Scene) -> str | None:
    """What happens otherwise than the page says, if anything does."""
    asked = cast.house.upstream.asked
    asked.clear()
    answer = await cast.me().request(
        operation.method, scene.path, json=scene.body, headers=scene.headers
    )
    statuses, reached = expected(operation, cast, scene)
    if answer.status_code not in statuses:
        return f"{answer.status_code} and not {statuses}: {answer.text}"
    elsewhere = operation.template in ASKS_THE_PARTS
    if not elsewhere and bool(asked) is not (reached and operation.service != HERE):
        return f"the service was {'not ' if reached else ''}reached"
    if answer.status_code == 403 and answer.json()["who_may"] != sorted(operation.act.roles):
        return f"others may: {answer.text}"
    return None


@pytest.mark.parametrize("own", [True, False], ids=["own", "foreign"])
@pytest.mark.parametrize(
    "operation", committed(), ids=lambda operation: f"{operation.method} {operation.template}"
)
async def test_what_happens_is_what_the_page_says(
    house: House, connections: dict[str, AsyncConnection], operation: Operation, own: bool
) -> None:
    casts = [Cast(house, hat_of(role), own) for role in Role]
    refused = [cast for cast in casts if isinstance(decision(operation, cast), Refuse)]
    otherwise = {}
    for cast in casts:
        if cast not in refused:
            async with undone(connections):
                scene = await scene_of(operation, cast)
                otherwise[cast.hat.role] = await wrong(operation, cast, scene)
    # Whom the page refuses changes nothing, so that one scene does for all of them.
    async with undone(connections):
        scene = await scene_of(operation, Cast(house, hat_of(Role.LEAD), own))
        for cast in refused:
            otherwise[cast.hat.role] = await wrong(operation, cast, scene)

    assert {role: what for role, what in otherwise.items() if what} == {}
