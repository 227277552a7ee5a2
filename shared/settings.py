"""Configuration that every service reads once from its environment."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.keys import Key, KeySet


class ServiceSettings(BaseSettings):
    """No default for an address or a key: a service that is not configured must not start."""

    model_config = SettingsConfigDict(frozen=True)

    database_url: SecretStr
    gateway_key: Key | KeySet


class MachineSettings(ServiceSettings):
    """What a service needs to ask the others, through the gateway and as itself."""

    gateway_url: str
    token_url: str
    client_id: str
    client_secret: SecretStr
