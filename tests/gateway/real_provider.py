"""A real OpenID provider in a process of its own: npm's oidc-provider, installed once per lock."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from shared.keys import Key

HERE = Path(__file__).parent / "provider"
KEPT = Path(__file__).parents[2] / ".local/provider"
RESOURCE, AUDIENCE = "https://kiezknoten.example/", "kiezknoten"
SECRET = "known to everybody who reads this"
# What npm says where it cannot reach a registry; anything else that goes wrong is a failed test.
NO_WAY_OUT = ("ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "ECONNREFUSED", "ECONNRESET", "ENETUNREACH")


def installed() -> Path:
    """The folder with the provider and all it needs; skips where that cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("a real OpenID provider needs Node.js and npm")
    lock = (HERE / "package-lock.json").read_bytes()
    folder = KEPT / sha256(lock).hexdigest()[:16]
    if not folder.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=KEPT) as name:
            shutil.copytree(HERE, Path(name) / "new")
            install(npm, Path(name) / "new")
            with suppress(OSError):  # another worker was faster
                (Path(name) / "new").rename(folder)
    return folder


def install(npm: str, folder: Path) -> None:
    """What the lock names, and no script of it."""
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0")
    done = subprocess.run(
        [npm, "ci", *quiet], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode and any(code in done.stderr for code in NO_WAY_OUT):
        pytest.skip("oidc-provider is not installed, and npm reaches no registry")
    assert done.returncode == 0, done.stderr


class RealProvider:
    """The provider on a port of its own; it can be stopped and started again with other keys."""

    def __init__(self, port: int, clients: Mapping[str, dict[str, Any]]) -> None:
        self.port, self.issuer = port, f"http://localhost:{port}"
        self._folder = installed()
        self._clients = {
            name: {"secret": SECRET, "claims": claims} for name, claims in clients.items()
        }
        self._process: subprocess.Popen[str] | None = None

    def start(self, keys: Sequence[Key]) -> None:
        """Serve until told to stop."""
        settings = {
            "issuer": self.issuer,
            "port": self.port,
            "resource": RESOURCE,
            "audience": AUDIENCE,
            "keys": keys,
            "clients": self._clients,
        }
        self._process = subprocess.Popen(
            ["node", "server.js"],
            cwd=self._folder,
            env=os.environ | {"PROVIDER": json.dumps(settings), "NODE_NO_WARNINGS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if line.strip() == "ready":
                return
        raise AssertionError("".join(said))

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def token(self, client: str, *, resource: str = RESOURCE) -> str:
        """An access token for one of its clients (client_credentials)."""
        asked = {"grant_type": "client_credentials"}
        if resource:
            asked |= {"resource": resource, "scope": "act"}
        found = httpx.get(f"{self.issuer}/.well-known/openid-configuration", trust_env=False)
        answer = httpx.post(
            found.json()["token_endpoint"], data=asked, auth=(client, SECRET), trust_env=False
        )
        return str(answer.raise_for_status().json()["access_token"])
