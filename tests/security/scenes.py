"""For every operation a scene in which its act's relation holds for a hat, or does not.

Each slice brings its own in `scenes_<slice>.py`: SCENES maps "METHOD /template" to a builder.
Reading operations without parameters in their address need none.
"""

import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from gateway.contracts import Operation
from shared.authority import Hat, Role
from tests.house import House

MINE, OTHER, THIRD = "06.mine", "06.other", "06.third"
REGION, AREA = "062004", "06200419"
LINK = "mine" + "x" * 39


@dataclass(frozen=True)
class Cast:
    """Who plays: the hat that is tried, and whether the record is to be its own or foreign."""

    house: House
    hat: Hat
    own: bool

    @property
    def unit(self) -> str:
        """The unit for which the act's relation is to hold."""
        return MINE if self.own else OTHER

    def me(self, at: str = "") -> httpx.AsyncClient:
        """The hat that is tried; the public comes with its link."""
        if self.hat.role is Role.PUBLIC:
            return self.house.as_(at=at, **{"x-contribution-link": LINK})
        return self.house.as_(self.hat, at=at)

    def somebody(self, role: Role, unit: str, at: str = "") -> httpx.AsyncClient:
        """Somebody else, who sets the scene."""
        return self.house.as_(Hat(role, unit, (REGION,)), at=at)


@dataclass(frozen=True)
class Scene:
    """What the hat then asks for; `foreign` is the answer where the relation does not hold."""

    path: str
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    foreign: int = 403


Builder = Callable[[Cast], Awaitable[Scene]]


def all_scenes() -> Mapping[str, Builder]:
    """The scenes of every slice."""
    found: dict[str, Builder] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name.startswith("scenes_"):
            found |= import_module(f"tests.security.{module.name}").SCENES
    return found


SCENES = all_scenes()


async def scene_of(operation: Operation, cast: Cast) -> Scene:
    """The scene for an operation; one that neither is set nor needs none is a gap in the tests."""
    builder = SCENES.get(f"{operation.method} {operation.template}")
    if builder is not None:
        return await builder(cast)
    assert operation.method == "GET", f"no scene for {operation.method} {operation.template}"
    assert "{" not in operation.template, f"no scene for {operation.template}"
    return Scene(operation.template)


def hat_of(role: Role) -> Hat:
    """The hat of a role in these scenes."""
    if role is Role.PUBLIC:
        return Hat()
    return Hat(role, "person" if role is Role.CITIZEN else MINE, (REGION,))
