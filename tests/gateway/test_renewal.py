"""Contracts and key are read again while requests pass; what is unfit changes nothing."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
import pytest
from prometheus_client import generate_latest

from deploy.local.issuer import new_key
from gateway.contracts import FOLDER
from shared.keys import Key, public_half
from shared.problems import NotSignedIn
from shared.tokens import Claims, glance, internal_verifier
from tests.gateway.wires import KEY, UNITS, Behind, Front, behind, contracts_in, in_front

ADDED = "/registry/v1/districts"


def outcomes() -> dict[str, float]:
    """How often something was taken, and refused."""
    told = generate_latest().decode()
    return {
        outcome: sum(
            float(line.split()[-1])
            for line in told.splitlines()
            if line.startswith(f'kiez_renewals_total{{outcome="{outcome}"}}')
        )
        for outcome in ("taken", "refused")
    }


@dataclass
class Renewable:
    """A gateway whose contracts and key lie in files."""

    front: Front
    service: Behind
    contracts: Path
    key_file: Path

    async def renew(self) -> bool:
        """Whether everything was taken when it was told to read again."""
        before = outcomes()
        os.kill(os.getpid(), signal.SIGHUP)
        for _ in range(500):
            await asyncio.sleep(0.01)
            if (now := outcomes()) != before:
                return now["taken"] > before["taken"]
        raise AssertionError("it did not even try")

    def write(self, key: Any) -> None:
        self.key_file.write_text(json.dumps(key))

    async def token(self) -> str:
        """The internal token that a service gets now."""
        headers = {"x-request-id": KEY}
        assert (await self.front.as_(**headers).get(UNITS)).status_code == 200
        return self.service.heard[-1].split(b"Bearer ")[1].split(b"\r\n")[0].decode()


@pytest.fixture
def keys() -> tuple[Key, Key]:
    """Two keys, each with a name."""
    return tuple(new_key()[0] | {"kid": kid} for kid in ("one", "two"))  # type: ignore[return-value]


@asynccontextmanager
async def renewable(place: Path, key: Key) -> AsyncIterator[Renewable]:
    contracts, key_file = copytree(FOLDER, place / "contracts"), place / "key.json"
    key_file.write_text(json.dumps(key))
    files: dict[str, Any] = {
        "signing_key": None,
        "signing_key_file": key_file,
        "contracts": contracts,
    }
    async with behind() as service, in_front(service.port, **files) as front:
        yield Renewable(front, service, contracts, key_file)


def add(document: dict[str, Any]) -> None:
    document["paths"][ADDED] = document["paths"][UNITS]


def no_act(document: dict[str, Any]) -> None:
    del document["paths"][UNITS]["get"]["x-act"]


def unknown_act(document: dict[str, Any]) -> None:
    document["paths"][UNITS]["get"]["x-act"] = "unit.order"


def another_act(document: dict[str, Any]) -> None:
    document["paths"]["/registry/v1/requests/{request_id}/replies"]["post"]["x-act"] = "unit.read"


def older(document: dict[str, Any]) -> None:
    del document["paths"]["/registry/v1/topics"]


async def test_what_is_new_in_a_contract_is_open_from_then_on(
    tmp_path: Path, keys: tuple[Key, Key]
) -> None:
    async with renewable(tmp_path, keys[0]) as it:
        client = it.front.as_()
        assert (await client.get(ADDED)).status_code == 404
        contracts_in(it.contracts, add)
        assert (await client.get(ADDED)).status_code == 404

        assert await it.renew()
        assert (await client.get(ADDED)).status_code == 200
        assert ADDED in (await client.get("/openapi.json")).json()["paths"]


@pytest.mark.parametrize("change", [no_act, unknown_act, another_act, older])
async def test_a23_a_contract_that_is_wrong_or_older_changes_nothing(
    tmp_path: Path, keys: tuple[Key, Key], change: Callable[[dict[str, Any]], None]
) -> None:
    def both(document: dict[str, Any]) -> None:
        add(document)
        change(document)

    async with renewable(tmp_path, keys[0]) as it:
        contracts_in(it.contracts, both)

        assert not await it.renew()
        client = it.front.as_()
        assert (await client.get(UNITS)).status_code == 200
        assert (await client.get("/registry/v1/topics")).status_code == 200
        assert (await client.get(ADDED)).status_code == 404
        replies = f"/registry/v1/requests/{KEY}/replies"
        assert (await client.post(replies, json={})).status_code == 401


@pytest.mark.parametrize("content", ["", "{", '{"paths": {', "[]", "null", "{}", "half", None])
async def test_a23_a_half_written_contract_changes_nothing(
    tmp_path: Path, keys: tuple[Key, Key], content: str | None
) -> None:
    async with renewable(tmp_path, keys[0]) as it:
        file = it.contracts / "registry.json"
        whole = file.read_text()
        if content is None:
            file.unlink()
        else:
            file.write_text(whole[: len(whole) // 2] if content == "half" else content)

        assert not await it.renew()
        assert (await it.front.as_().get(UNITS)).status_code == 200
        file.write_text(whole)
        assert await it.renew()


async def test_a_part_that_has_no_address_is_not_taken_in(
    tmp_path: Path, keys: tuple[Key, Key]
) -> None:
    async with renewable(tmp_path, keys[0]) as it:
        (it.contracts / "stranger.json").write_text((it.contracts / "registry.json").read_text())

        assert not await it.renew()


async def test_after_a_rotation_tokens_carry_the_new_name_and_services_trust_both(
    tmp_path: Path, keys: tuple[Key, Key]
) -> None:
    published = [public_half(key) for key in keys]
    trusting = internal_verifier({"keys": published}, "registry")
    only_new = internal_verifier(published[1], "registry")
    async with renewable(tmp_path, keys[0]) as it:
        before = await it.token()
        it.write(keys[1])
        assert await it.renew()
        after = await it.token()
        # The gateway's own pages pass by the same token.
        assert (await it.front.as_().get("/authority")).status_code == 200

    assert (glance(before)[1], glance(after)[1]) == ("one", "two")
    claims: list[Claims] = [trusting.verify(token) for token in (before, after)]
    assert {each["act"] for each in claims} == {"unit.read"}
    only_new.verify(after)
    with pytest.raises(NotSignedIn):
        only_new.verify(before)


def without_a_name(key: Key) -> Any:
    return {name: value for name, value in key.items() if name != "kid"}


def public_only(key: Key) -> Any:
    return {name: value for name, value in key.items() if name != "d"}


def same_name(key: Key) -> Any:
    return key | {"kid": "one"}


def symmetric(_: Key) -> Any:
    return {"kty": "oct", "k": "c2VjcmV0", "d": "", "kid": "two"}


def a_number(key: Key) -> Any:
    return key | {"d": 5}


def torn(key: Key) -> Any:
    return key | {"x": key["x"][:20]}


def nothing(_: Key) -> Any:
    return {}


@pytest.mark.parametrize(
    "spoil", [without_a_name, public_only, same_name, symmetric, a_number, torn, nothing]
)
async def test_a23_a_key_that_is_unfit_changes_nothing(
    tmp_path: Path, keys: tuple[Key, Key], spoil: Callable[[Key], Any]
) -> None:
    async with renewable(tmp_path, keys[0]) as it:
        it.write(spoil(keys[1]))
        contracts_in(it.contracts, add)

        assert not await it.renew()
        assert glance(await it.token())[1] == "one"
        # All or nothing: the contract was good, and waits for the key to be.
        assert (await it.front.as_().get(ADDED)).status_code == 404


async def test_o9_no_request_is_dropped_while_everything_is_exchanged(
    tmp_path: Path, keys: tuple[Key, Key]
) -> None:
    statuses: list[int] = []
    going = True

    async def read(client: httpx.AsyncClient) -> None:
        while going:
            answers = [await client.get(path) for path in (UNITS, "/authority")]
            statuses.extend(answer.status_code for answer in answers)

    async with renewable(tmp_path, keys[0]) as it:
        readers = [asyncio.create_task(read(it.front.as_())) for _ in range(4)]
        for turn in range(10):
            it.write(keys[turn % 2])
            if turn == 5:
                contracts_in(it.contracts, add)
            assert await it.renew()
            await asyncio.sleep(0.1)
        going = False
        await asyncio.gather(*readers)

    assert set(statuses) == {200}
    assert len(statuses) > 20
