"""Alembic's entry point for the database of the registry."""

from services.registry.database import Row
from shared.migrating import migrate, register_tables

register_tables("services.registry")
migrate(Row.metadata)
