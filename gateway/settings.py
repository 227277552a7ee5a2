"""Configuration of the gateway, read once from the environment."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.keys import Key


class GatewaySettings(BaseSettings):
    """No default for an address or a key: a gateway that is not configured must not start."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True)

    database_url: SecretStr
    signing_key: Key
    contribution_key: SecretStr
    issuer: str
    audience: str = "kiezknoten"
    services: dict[str, str]
    most_bytes: int = 1_048_576
