"""Alembic's entry point for the database of the data hub."""

from services.datahub.database import Row
from shared.migrating import migrate, register_tables

register_tables("services.datahub")
migrate(Row.metadata)
