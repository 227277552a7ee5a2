"""Configuration of the gateway, read once from the environment."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.contracts import FOLDER
from gateway.issuers import Issuer
from shared.keys import Key


class DoorSettings(BaseSettings):
    """How much, how many and how long: what one connection, and all together, may take."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_DOOR_", frozen=True)

    connections: int = 12_000
    line_bytes: int = 8_192
    head_bytes: int = 32_768
    head_fields: int = 100
    head_seconds: float = 10
    piece_seconds: float = 15
    body_seconds: float = 120
    answer_seconds: float = 30
    leaving_seconds: float = 1


class GatewaySettings(BaseSettings):
    """No default for an address or a key: a gateway that is not configured must not start."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True)

    database_url: SecretStr
    signing_key: Key | None = None
    signing_key_file: Path | None = None
    contracts: Path = FOLDER
    contribution_key: SecretStr
    issuers: list[Issuer] = Field(min_length=1)
    services: dict[str, str]
    # The names it answers to, in small letters and without port; none means any.
    hosts: frozenset[str] = frozenset()
    most_bytes: int = 1_048_576
    seconds: float = 30.0
    most_at_once: int = 64
    most_waiting: int = 128
    # What nginx or Envoy shows to ask for decisions; without it nobody can.
    proxy_secret: SecretStr | None = Field(default=None, min_length=32)
