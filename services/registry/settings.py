"""Configuration of the registry, read once from the environment."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class RegistrySettings(ServiceSettings):
    """What the registry needs: its database, and the gateway's key."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", frozen=True)
