"""The registry: who is who in the district, and what they ask of each other."""

from fastapi import FastAPI

from services.registry.actors.routes import router as actors
from services.registry.bodies.routes import router as bodies
from services.registry.committees.routes import router as committees
from services.registry.requests.routes import router as requests
from services.registry.responsibilities.routes import router as responsibilities
from services.registry.settings import RegistrySettings
from services.registry.topics.routes import router as topics
from services.registry.units.routes import router as units
from shared.database import Sessions, engine_on, sessions_on
from shared.keys import Key, KeySet
from shared.observing import log_as_json
from shared.service import build

SLICES = [bodies, units, requests, responsibilities, topics, actors, committees]


def create_app(sessions: Sessions, key: Key | KeySet) -> FastAPI:
    """The service on a given database; the only place that knows all of its slices."""
    return build("registry", SLICES, sessions, key)


def from_environment() -> FastAPI:
    """What `uvicorn --factory` starts."""
    log_as_json()
    settings = RegistrySettings()
    sessions = sessions_on(engine_on(settings.database_url.get_secret_value()))
    return create_app(sessions, settings.gateway_key)
