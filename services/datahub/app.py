"""The data hub: what is the case, where."""

from fastapi import FastAPI

from services.datahub.areas import routes as areas
from services.datahub.senate import routes as senate
from services.datahub.settings import DatahubSettings
from shared.database import Sessions, engine_on, sessions_on
from shared.keys import Key, KeySet
from shared.observing import log_as_json
from shared.routing import SliceRouter
from shared.service import build

SLICES: list[SliceRouter] = [areas.router, senate.router]


def create_app(sessions: Sessions, key: Key | KeySet) -> FastAPI:
    """The service on a given database; the only place that knows all of its slices."""
    return build("datahub", SLICES, sessions, key)


def from_environment() -> FastAPI:
    """What `uvicorn --factory` starts."""
    log_as_json()
    settings = DatahubSettings()
    sessions = sessions_on(engine_on(settings.database_url.get_secret_value()))
    return create_app(sessions, settings.gateway_key)
