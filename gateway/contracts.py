"""What the services offer by their committed contracts; what is not there does not exist."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from shared.authority import PAGE, Act

FOLDER = Path(__file__).parent / "contracts"
HERE = "gateway"


@dataclass(frozen=True)
class Operation:
    """One method on one address template, the act it is, and what it may cost.

    Where a contract says nothing of `x-most-bytes` and `x-seconds`, the gateway's settings hold.
    """

    service: str
    method: str
    template: str
    act: Act
    most_bytes: int | None = None
    seconds: float | None = None

    @property
    def path(self) -> str:
        """What figures and log lines call it: the template, for an address may name anything."""
        return self.template

    @cached_property
    def segments(self) -> tuple[str | None, ...]:
        """The template's parts; None stands for a parameter."""
        parts = self.template.strip("/").split("/")
        return tuple(None if part.startswith("{") else part for part in parts)


# One level for each segment, None for a parameter; at the end the operation under END.
Tree = dict[str | None, Any]
END = "end of the way"  # no segment has blanks


class Contracts:
    """Finds the operation behind a method and a path, segment by segment."""

    def __init__(self, operations: Iterable[Operation] = ()) -> None:
        self.offer(operations)

    def offer(self, operations: Iterable[Operation]) -> None:
        """These, and no others from now on."""
        trees: dict[str, Tree] = {}
        for each in operations:
            tree = trees.setdefault(each.method, {})
            for segment in each.segments:
                tree = tree.setdefault(segment, {})
            tree[END] = each
        self._trees, self._methods = trees, sorted(trees)

    def find(self, method: str, path: str) -> Operation | None:
        """The operation, or None: no operation, no route."""
        tree = self._trees.get(method)
        return _at_the_end(tree, path[1:].split("/")) if tree else None

    def methods(self, path: str) -> list[str]:
        """How an address can be used."""
        return [method for method in self._methods if self.find(method, path)]


def _at_the_end(tree: Tree, parts: Sequence[str]) -> Operation | None:
    """The operation at the end of the way; a fixed segment goes before a parameter.

    So /requests/load is not read as an id, and /requests/load/replies still is.
    """
    if not parts:
        found: Operation | None = tree.get(END)
        return found
    for segment in (parts[0], None):
        if (below := tree.get(segment)) and (ended := _at_the_end(below, parts[1:])):
            return ended
    return None


def documents(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """Each part's committed contract."""
    return {file.stem: json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))}


def committed(folder: Path = FOLDER) -> list[Operation]:
    """Every operation of every part; one without a known act stops the start."""
    return operations_of(documents(folder))


def operations_of(parts: dict[str, dict[str, Any]]) -> list[Operation]:
    """Every operation that these contracts offer."""
    return [
        Operation(
            service,
            method.upper(),
            template,
            PAGE[operation["x-act"]],
            operation.get("x-most-bytes"),
            operation.get("x-seconds"),
        )
        for service, document in parts.items()
        for template, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def merged(parts: dict[str, dict[str, Any]], version: str) -> dict[str, Any]:
    """One OpenAPI document of all parts; schemas carry their part's name, so none clash."""
    whole: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Kiezknoten",
            "version": version,
            "description": "Coordinate, never instruct: every operation names its act (x-act).",
            "contact": {"name": "Maintainers of Kiezknoten"},
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "tags": [],
        "paths": {},
        "components": {
            "schemas": {},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        # A token, or none: much is open to the public.
        "security": [{"token": []}, {}],
    }
    for part, document in parts.items():
        named = _named(document, part)
        for path, operations in named["paths"].items():
            for method, operation in operations.items():
                operation["operationId"] = _operation_id(part, method, path)
                operation["tags"] = [f"{part}: {tag}" for tag in operation.get("tags", [part])]
            whole["paths"][path] = operations
        for name, schema in named["components"]["schemas"].items():
            whole["components"]["schemas"][f"{part}.{name}"] = schema
    tags = {t for ops in whole["paths"].values() for o in ops.values() for t in o["tags"]}
    whole["tags"] = [{"name": tag} for tag in sorted(tags)]
    return whole


def _operation_id(part: str, method: str, path: str) -> str:
    """A name for generated clients, such as `registry_post_requests_request_id_replies`."""
    address = path.removeprefix(f"/{part}/v1")
    return "_".join([part, method, *re.findall(r"\w+", address)])


def _named(value: Any, part: str) -> Any:
    """A copy in which every reference to a schema carries the part's name."""
    if isinstance(value, list):
        return [_named(each, part) for each in value]
    if not isinstance(value, dict):
        return value
    start = "#/components/schemas/"
    return {
        key: start + f"{part}.{each.removeprefix(start)}"
        if key == "$ref" and isinstance(each, str)
        else _named(each, part)
        for key, each in value.items()
    }
