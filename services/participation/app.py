"""Participation: what people say and what became of it."""

from fastapi import FastAPI

from services.participation.answers.routes import router as answers
from services.participation.items.routes import router as items
from services.participation.routing.routes import router as routing
from services.participation.settings import ParticipationSettings
from services.participation.status.routes import router as status
from shared.database import Sessions, engine_on, sessions_on
from shared.keys import Key, KeySet
from shared.observing import log_as_json
from shared.service import build

SLICES = [items, routing, answers, status]


def create_app(sessions: Sessions, key: Key | KeySet) -> FastAPI:
    """The service on a given database; the only place that knows all of its slices."""
    return build("participation", SLICES, sessions, key)


def from_environment() -> FastAPI:
    """What `uvicorn --factory` starts."""
    log_as_json()
    settings = ParticipationSettings()
    sessions = sessions_on(engine_on(settings.database_url.get_secret_value()))
    return create_app(sessions, settings.gateway_key)
