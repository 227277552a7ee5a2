"""Configuration of the gateway, read once from the environment."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from limits import parse
from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.contracts import FOLDER
from gateway.people.issuers import Issuer
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


def readable(rate: str) -> str:
    """The text of a rate, if it is one."""
    parse(rate)
    return rate


# "1200/minute", "5 per 10 seconds".
Rate = Annotated[str, AfterValidator(readable)]
# Whole and exact: neither a pattern, nor "null", behind which anybody may hide.
Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]+)?$")]


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
    cache_bytes: int = 67_108_864
    # A person never meets these, nor does a page that asks thirty times; a runaway script does.
    rate_per_address: Rate = "6000/minute"
    rate_per_subject: Rate = "6000/minute"
    rate_of_changes: Rate = "600/minute"
    # Where there are several gateways, they count together in Redis: async+redis://…
    rates_url: SecretStr | None = None
    # Networks of proxies of ours, whose word on a caller's address is taken.
    trusted_proxies: list[IPv4Network | IPv6Network] = Field(default_factory=list)
    # Pages that browsers let read answers: scheme, host, port; none means none.
    cors_origins: list[Origin] = Field(default_factory=list)
