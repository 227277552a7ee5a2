"""Alembic's entry point for the database of the participation."""

from services.participation.database import Row
from shared.migrating import migrate, register_tables

register_tables("services.participation")
migrate(Row.metadata)
