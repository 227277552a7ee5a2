"""Reads contracts and signing key again while requests pass (SIGHUP).

Everything is read and tried before anything is exchanged, in one step between two requests. What
is half written, wrong or older than what stands changes nothing: the last good one stays.
"""

import asyncio
import json
import signal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI
from prometheus_client import Counter

from gateway.contracts import HERE, Contracts, Operation, documents, merged, operations_of
from gateway.mint import Mint
from gateway.settings import GatewaySettings
from shared.keys import Key, public_half
from shared.tokens import internal_signer, internal_verifier

log = structlog.get_logger()
RENEWALS = Counter("kiez_renewals_total", "Times contracts and key were read again", ["outcome"])


class Unfit(Exception):
    """What was read must not take the place of what stands."""


class Renewal:
    """Holds what may be exchanged, and knows where it comes from."""

    def __init__(
        self, settings: GatewaySettings, control: FastAPI, contracts: Contracts, mint: Mint
    ) -> None:
        self._settings, self._control = settings, control
        self._contracts, self._mint = contracts, mint
        self._key = signing_key(settings)
        self._operations = self._taken(documents(settings.contracts), self._key, self._key)

    def listen(self) -> None:
        """From now on SIGHUP renews; it must be called in the loop that serves."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.renew)

    def renew(self) -> None:
        """Read everything again, and let it stand if it is fit."""
        try:
            parts, key = documents(self._settings.contracts), signing_key(self._settings)
            self._must_not_be_older(operations_of(parts))
            self._must_be_another_or_the_same(key)
            operations = self._taken(parts, key, self._key)
        except Exception as error:  # whatever is wrong with a file, what stands stays
            RENEWALS.labels("refused").inc()
            log.error("nothing was renewed; the last good state stays", reason=repr(error))
            return
        self._operations, self._key = operations, key
        RENEWALS.labels("taken").inc()
        log.info(
            "contracts and key were renewed", operations=len(operations), key=key.get("kid", "")
        )

    def _taken(self, parts: dict[str, dict[str, Any]], key: Key, former: Key) -> list[Operation]:
        """Put these in the place of what stands; what is unfit raises before the first change."""
        operations = operations_of(parts)
        if unknown := {each.service for each in operations} - {HERE, *self._settings.services}:
            raise Unfit(f"no address for {sorted(unknown)}")
        signer, whole = internal_signer(key), merged(parts, version("kiezknoten"))
        both = {each.get("kid", ""): public_half(each) for each in (former, key)}
        verifier = internal_verifier({"keys": [*both.values()]}, HERE)
        problems = {
            slug: problem for part in parts.values() for slug, problem in part["x-problems"].items()
        }
        state = self._control.state
        state.tokens, state.merged, state.problems = verifier, whole, problems
        self._contracts.offer(operations)
        self._mint.sign_with(signer)
        return operations

    def _must_not_be_older(self, operations: list[Operation]) -> None:
        """Additions only: an operation that is gone, or is another act, is a rollback or a slip."""
        acts = {(each.method, each.template): each.act.id for each in operations}
        for each in self._operations:
            if acts.get((each.method, each.template)) != each.act.id:
                raise Unfit(f"{each.method} {each.template} is gone or another act")

    def _must_be_another_or_the_same(self, key: Key) -> None:
        """A new key has a name of its own, or the services could not tell the two apart."""
        names = self._key.get("kid", ""), key.get("kid", "")
        if key != self._key and (not names[1] or names[0] == names[1]):
            raise Unfit("a new key needs a kid of its own")


def signing_key(settings: GatewaySettings) -> Key:
    """The key of the file, where one is named; otherwise the setting's own."""
    if settings.signing_key_file is None:
        if settings.signing_key is None:
            raise Unfit("no signing key")
        return settings.signing_key
    return _private(json.loads(Path(settings.signing_key_file).read_text()))


def _private(key: Any) -> Key:
    if not isinstance(key, dict) or "d" not in key:
        raise Unfit("not a private key")
    if not all(isinstance(value, str) for value in key.values()):
        raise Unfit("not a key")
    return key
