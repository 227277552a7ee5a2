"""Configuration of the participation, read once from the environment."""

from pydantic_settings import SettingsConfigDict

from shared.settings import MachineSettings


class ParticipationSettings(MachineSettings):
    """What the participation needs: its database, the gateway's key, and a machine identity."""

    model_config = SettingsConfigDict(env_prefix="PARTICIPATION_", frozen=True)
