"""A demo OpenID provider: discovery, keys, and tokens by client_credentials. Never deployed.

Every demo person and every service is a client whose name is its hat; all share one secret.
"""

import json
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Form, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.local.demo import CLIENTS
from deploy.local.issuer import access_token
from shared.keys import Key, public_half

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


router = APIRouter()


async def present_settings(request: Request) -> IdentitySettings:
    """The settings this provider was made with."""
    settings = request.app.state.settings
    assert isinstance(settings, IdentitySettings)
    return settings


Settings = Annotated[IdentitySettings, Depends(present_settings)]


@router.get("/health/ready")
async def ready() -> dict[str, str]:
    """It is, once it answers."""
    return {"status": "ok"}


@router.get("/.well-known/openid-configuration")
async def discovery(settings: Settings) -> dict[str, Any]:
    """Where everything is (OIDC Discovery 1.0)."""
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


@router.get("/jwks")
async def keys(settings: Settings) -> dict[str, Any]:
    """The public key (RFC 7517)."""
    return {"keys": [public_half(settings.key) | {"kid": KID, "use": "sig", "alg": "ES256"}]}


@router.post("/token")
async def token(
    settings: Settings,
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
    secret = settings.secret.get_secret_value()
    known = secrets.compare_digest(client_secret.encode(), secret.encode())
    if client_id not in CLIENTS or not known:
        return JSONResponse({"error": "invalid_client"}, 401)
    made = made_token(settings.key, settings.issuer, client_id)
    answer = {"access_token": made, "token_type": "Bearer", "expires_in": LIFE}
    return JSONResponse(answer, headers=NOT_CACHED)


def made_token(key: Key, issuer: str, client: str) -> str:
    """An access token for a client, with its hat."""
    hat = CLIENTS[client]
    return access_token(key, f"demo-{client}", hat, issuer=issuer, kid=KID, life=LIFE)


def create_app(settings: IdentitySettings) -> FastAPI:
    """The provider."""
    app = FastAPI(title="Demo identity", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    app.include_router(router)
    return app


def from_environment() -> FastAPI:
    """What `uvicorn --factory` starts."""
    return create_app(IdentitySettings())


def demo_token(house: dict[str, Any], client: str) -> str:
    """A token for a demo client, signed with the demo key of the house on this machine."""
    environment = house["environment"]
    key = json.loads(environment["IDENTITY_KEY"])
    return made_token(key, environment["IDENTITY_ISSUER"], client)
