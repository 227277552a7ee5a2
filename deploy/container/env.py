"""Prints fresh keys and passwords for docker-compose.yml: `python -m deploy.container.env`."""

import json
import secrets
import sys

from deploy.local.forge import forge
from shared.keys import public_half

PARTS = ("registry", "datahub", "participation", "gateway")
KINDS = ("owner", "service")


def fresh() -> dict[str, str]:
    """Every secret of one house by the name that the compose file knows it by."""
    keys = forge()
    passwords = ["DATABASE", *(f"{part}_{kind}".upper() for part in PARTS for kind in KINDS)]
    return {f"{name}_PASSWORD": secrets.token_urlsafe(32) for name in passwords} | {
        "GATEWAY_SIGNING_KEY": json.dumps(keys.gateway),
        "GATEWAY_PUBLIC_KEY": json.dumps(public_half(keys.gateway)),
        "GATEWAY_CONTRIBUTION_KEY": keys.contribution,
        "PARTNER_TOKEN": keys.partner_token,
        "IDENTITY_KEY": json.dumps(keys.issuer),
        "IDENTITY_SECRET": keys.client_secret,
    }


def lines() -> list[str]:
    """They as a .env file has them; between single quotes nothing is read as a variable."""
    return [f"{name}='{value}'" for name, value in fresh().items()]


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
