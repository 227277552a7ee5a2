"""Configuration of the data hub, read once from the environment."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import MachineSettings

PartnerUrl = Annotated[str, Field(pattern=r"^https?://[^\s/]")]


class DatahubSettings(MachineSettings):
    """What the data hub needs: its database, the gateway's key, a machine identity, its partners.

    `partners` says where the Senate's systems are; one that is left out is not read.
    """

    model_config = SettingsConfigDict(env_prefix="DATAHUB_", frozen=True)

    partners: dict[Literal["prisma", "wofis", "sofis"], PartnerUrl]
    partner_token: SecretStr
