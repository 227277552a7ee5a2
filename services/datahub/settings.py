"""Configuration of the data hub, read once from the environment."""

from pydantic_settings import SettingsConfigDict

from shared.settings import MachineSettings


class DatahubSettings(MachineSettings):
    """What the data hub needs: its database, the gateway's key, and a machine identity."""

    model_config = SettingsConfigDict(env_prefix="DATAHUB_", frozen=True)
