"""Writes the contract of every part to where the gateway reads it: `make contracts`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.local.issuer import new_key
from gateway import app as gateway
from services.datahub import app as datahub
from services.participation import app as participation
from services.registry import app as registry
from shared.database import Sessions, sessions_on
from shared.keys import Key
from shared.routing import contract

FOLDER = Path(gateway.__file__).parent / "contracts"


Create = Callable[[Sessions, Key], FastAPI]

SERVICES: Mapping[str, Create] = {
    "registry": registry.create_app,
    "datahub": datahub.create_app,
    "participation": participation.create_app,
}
PARTS: Mapping[str, Create] = {"gateway": gateway.control_plane, **SERVICES}


def package(part: str) -> str:
    """Where a part's code lies."""
    return part if part == "gateway" else f"services.{part}"


def contracts() -> dict[str, str]:
    """Each part's OpenAPI document as it is committed, by part."""
    unused = sessions_on(create_async_engine("postgresql+psycopg://unused"))
    _, key = new_key()
    return {
        name: json.dumps(
            contract(create(unused, key), package(name)),
            indent=1,
            sort_keys=True,
            ensure_ascii=False,
        )
        + "\n"
        for name, create in PARTS.items()
    }


def main() -> None:
    """Write them all."""
    FOLDER.mkdir(exist_ok=True)
    for name, document in contracts().items():
        (FOLDER / f"{name}.json").write_text(document)


if __name__ == "__main__":
    main()
