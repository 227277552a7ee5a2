"""Whatever is sent, as whichever hat: never a fault of ours, and the answer is in the contract."""

from itertools import cycle
from typing import Any

import pytest
import schemathesis
from jsonschema_rs import ValidationError
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.contracts import Operation, committed, documents, merged
from shared.authority import Refuse, Role
from tests.conftest import undone
from tests.house import House
from tests.security.fuzzing import ALLOWED, FORBIDDEN, contract, made_up, sent
from tests.security.scenes import Cast, Scene, hat_of, scene_of
from tests.security.test_matrix import decision

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MOST = 6


def at(scene: Scene, operation: Operation, case: Case[Any]) -> Case[Any]:
    """The same request about the record of a scene."""
    names = [part.strip("{}") for part in operation.template.strip("/").split("/")]
    found = zip(names, operation.segments, scene.path.strip("/").split("/"), strict=True)
    case.path_parameters = {name: value for name, fixed, value in found if fixed is None}
    case.headers.update(scene.headers)
    return case


class Tried:
    """One operation, and what was answered otherwise than the contract says."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self._allowed = cycle(made_up(operation, ALLOWED, MOST))
        # Where nothing is asked for, nothing can be wrong.
        self._forbidden = cycle(made_up(operation, FORBIDDEN, MOST) or [next(self._allowed)])
        self.broken: list[str] = []

    async def by(self, cast: Cast) -> None:
        """What the contract allows and what it forbids, also about a record that exists."""
        await self._ask(cast, next(self._allowed))
        if isinstance(decision(self.operation, cast), Refuse):
            return  # it goes no further than the gateway
        await self._ask(cast, next(self._forbidden))
        scene = await scene_of(self.operation, cast)
        await self._ask(cast, at(scene, self.operation, next(self._allowed)))
        await self._ask(cast, at(scene, self.operation, next(self._forbidden)))

    async def _ask(self, cast: Cast, case: Case[Any]) -> None:
        answer = await sent(cast.me(), case)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as found:
            self.broken.append(f"{cast.hat.role}: {found.message}")


@pytest.mark.parametrize(
    "operation", committed(), ids=lambda operation: f"{operation.method} {operation.template}"
)
async def test_every_answer_to_whatever_is_sent_is_in_the_contract(
    house: House, connections: dict[str, AsyncConnection], operation: Operation
) -> None:
    tried = Tried(operation)
    for role in Role:
        async with undone(connections):
            await tried.by(Cast(house, hat_of(role), own=True))

    assert tried.broken == []


def test_the_merged_contract_is_valid_openapi() -> None:
    contract().validate()
    broken = merged(documents(), "1")
    broken["paths"]["/"]["get"]["responses"] = []
    with pytest.raises(ValidationError):
        schemathesis.openapi.from_dict(broken).validate()
