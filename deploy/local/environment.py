"""Every setting of every process of the local house, in one place."""

import json
import os
from pathlib import Path
from typing import Any

from deploy.local.keys import Keys
from deploy.local.postgres import Cluster
from shared.keys import public_half

SERVICES = ("registry", "datahub", "participation")
PARTNERS = ("prisma", "wofis", "sofis")


def environment(ports: dict[str, int], keys: Keys, cluster: Cluster) -> dict[str, str]:
    """What the parts have to know: where the others are, and whom to believe."""
    # "localhost", for a token names its issuer and a person may have to open that address.
    issuer = f"http://localhost:{ports['identity']}"
    gateway = _at(ports, "gateway")
    public = json.dumps(public_half(keys.gateway))
    settings = {
        "GATEWAY_DATABASE_URL": cluster.url("gateway", "gateway_service"),
        "GATEWAY_SIGNING_KEY": json.dumps(keys.gateway),
        "GATEWAY_ISSUERS": json.dumps([{"url": issuer}]),
        "GATEWAY_SERVICES": json.dumps({name: _at(ports, name) for name in SERVICES}),
        "GATEWAY_CONTRIBUTION_KEY": keys.contribution,
        "DATAHUB_PARTNERS": json.dumps({p: f"{_at(ports, 'partner')}/{p}" for p in PARTNERS}),
        "DATAHUB_PARTNER_TOKEN": keys.partner_token,
        "PARTNER_TOKEN": keys.partner_token,
        "IDENTITY_ISSUER": issuer,
        "IDENTITY_KEY": json.dumps(keys.issuer),
        "IDENTITY_SECRET": keys.client_secret,
    }
    for name in SERVICES:
        settings[f"{name.upper()}_DATABASE_URL"] = cluster.url(name, f"{name}_service")
        settings[f"{name.upper()}_GATEWAY_KEY"] = public
    for client in ("datahub", "participation"):
        settings |= {
            f"{client.upper()}_GATEWAY_URL": gateway,
            f"{client.upper()}_TOKEN_URL": f"{issuer}/token",
            f"{client.upper()}_CLIENT_ID": client,
            f"{client.upper()}_CLIENT_SECRET": keys.client_secret,
        }
    return settings


def owners(cluster: Cluster) -> dict[str, str]:
    """The addresses under which migrations run; no service is told them."""
    parts = (*SERVICES, "gateway")
    return {f"{name.upper()}_OWNER_URL": cluster.url(name, f"{name}_owner") for name in parts}


def surroundings(mark: Path) -> dict[str, str]:
    """What a process of the house takes over from whoever opened the door."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    loopback = "127.0.0.1,localhost"
    return kept | {
        "KIEZKNOTEN_HOUSE": str(mark),
        "PYTHONUNBUFFERED": "1",
        # The parts speak to each other; an office's web proxy has no business between them.
        "NO_PROXY": ",".join(filter(None, (kept.get("NO_PROXY"), loopback))),
        "no_proxy": ",".join(filter(None, (kept.get("no_proxy"), loopback))),
    }


def description(port: int, ports: dict[str, int], settings: dict[str, str]) -> dict[str, Any]:
    """What the command line has to know of a house: .local/house.json."""
    return {"address": f"http://localhost:{port}", "ports": ports, "environment": settings}


def _at(ports: dict[str, int], name: str) -> str:
    return f"http://127.0.0.1:{ports[name]}"
