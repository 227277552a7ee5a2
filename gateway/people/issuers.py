"""Whom the gateway believes: each OpenID provider with its own words, and for whom it may speak."""

from enum import StrEnum
from typing import Annotated

import httpx
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MOST_SKEW = 60
LONGEST_ACCESS = 3600
# Whoever wears a hat of this unit could read what only the gateway itself may read.
RESERVED = "gateway"


def is_loopback(host: str) -> bool:
    """Whether a name can only mean this machine, or the container network's alias for it."""
    return host in ("127.0.0.1", "::1", "localhost") or host.endswith(".localhost")


def origin_of(url: str) -> str:
    """Scheme, host and port of an address that can be trusted to be what it says."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as error:
        raise ValueError(f"{url!r} is no address") from error
    secure = parsed.scheme == "https" or (parsed.scheme == "http" and is_loopback(parsed.host))
    if not secure or not parsed.host or parsed.userinfo or parsed.fragment:
        raise ValueError(f"{url!r} has to be https; plain http only on this machine itself")
    return f"{parsed.scheme}://{parsed.netloc.decode()}"


def trustworthy(url: str) -> str:
    """An address as it was written, once it is clear that it can be trusted."""
    origin_of(url)
    return url


Address = Annotated[str, AfterValidator(trustworthy)]


class Written(StrEnum):
    """How a provider writes a hat down."""

    OBJECTS = "objects"  # {"role": "lead", "unit": "06.jugendamt", "regions": ["0620"]}
    TEXTS = "texts"  # "lead@06.jugendamt#0620"


class Issuer(BaseModel):
    """An OpenID provider: what its tokens look like, and which units it may speak for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Address
    audience: str = Field(default="kiezknoten", min_length=1)
    hats: str = Field(default="hats", min_length=1, description="claim, or dotted path to it")
    written: Written = Written.OBJECTS
    units: tuple[str, ...] = Field(default=(), description="prefixes of units; none means any")
    clock_skew: int = Field(default=5, ge=0, le=MOST_SKEW)
    decide_acr: tuple[str, ...] = Field(default=(), description="acr values that may decide")
    decide_max_age: int | None = Field(default=None, ge=1, description="seconds since sign-in")
    keys_at: tuple[Address, ...] = Field(default=(), description="other origins of its keys")
    keys_refreshed_after: float = Field(default=600, ge=1, le=3600)
    keys_kept_for: float = Field(default=86400, ge=1, le=604800)

    def speaks_for(self, unit: str) -> bool:
        """Whether this provider may say that somebody wears a hat of `unit`."""
        return unit != RESERVED and (not self.units or unit.startswith(self.units))

    def may_publish_at(self, url: object) -> bool:
        """Whether its keys may lie there: at its own origin, or at one that the settings name."""
        try:
            origin = origin_of(url) if isinstance(url, str) else ""
        except ValueError:
            return False
        return origin in {origin_of(each) for each in (self.url, *self.keys_at)}
