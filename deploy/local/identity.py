"""A demo OpenID provider: discovery, keys, and tokens by client_credentials. Never deployed.

Every demo person and every service is a client whose name is its hat; all share one secret.
"""

import json
import secrets
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.local.demo import CLIENTS
from deploy.local.issuer import access_token
from shared.tokens import Key, public_half

LIFE = 3600
KID = "demo"
NOT_CACHED = {"Cache-Control": "no-store"}
basic = HTTPBasic(auto_error=False)


class IdentitySettings(BaseSettings):
    """What the demo provider needs: its own name, its key, and the secret of all clients."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_", frozen=True)

    issuer: str
    key: Key
    secret: SecretStr


def create_app(settings: IdentitySettings) -> FastAPI:
    """The provider; the endpoints an OpenID client looks for (OIDC Discovery 1.0, RFC 6749)."""
    app = FastAPI(title="Demo identity", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        """It is, once it answers."""
        return {"status": "ok"}

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        """Where everything is."""
        return {
            "issuer": settings.issuer,
            "jwks_uri": f"{settings.issuer}/jwks",
            "token_endpoint": f"{settings.issuer}/token",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        }

    @app.get("/jwks")
    async def keys() -> dict[str, Any]:
        """The public key."""
        return {"keys": [public_half(settings.key) | {"kid": KID, "use": "sig", "alg": "ES256"}]}

    @app.post("/token")
    async def token(
        grant_type: Annotated[str, Form()],
        header: Annotated[HTTPBasicCredentials | None, Depends(basic)],
        client_id: Annotated[str, Form()] = "",
        client_secret: Annotated[str, Form()] = "",
    ) -> JSONResponse:
        """An access token for a client that knows the secret (RFC 6749, 4.4)."""
        if header:
            client_id, client_secret = header.username, header.password
        if grant_type != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        known = secrets.compare_digest(
            client_secret.encode(), settings.secret.get_secret_value().encode()
        )
        hat = CLIENTS.get(client_id)
        if hat is None or not known:
            return JSONResponse({"error": "invalid_client"}, 401)
        made = access_token(
            settings.key, f"demo-{client_id}", hat, issuer=settings.issuer, kid=KID, life=LIFE
        )
        answer = {"access_token": made, "token_type": "Bearer", "expires_in": LIFE}
        return JSONResponse(answer, headers=NOT_CACHED)

    return app


def from_environment() -> FastAPI:
    """What `uvicorn --factory` starts."""
    return create_app(IdentitySettings())


def demo_token(house: dict[str, Any], client: str) -> str:
    """A token for a demo client, signed with the demo key of the house on this machine."""
    environment = house["environment"]
    return access_token(
        json.loads(environment["IDENTITY_KEY"]),
        f"demo-{client}",
        CLIENTS[client],
        issuer=environment["IDENTITY_ISSUER"],
        kid=KID,
        life=LIFE,
    )
