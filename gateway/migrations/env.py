"""Alembic's entry point for the database of the gateway."""

from gateway.database import Row
from shared.migrating import migrate, register_tables

register_tables("gateway")
migrate(Row.metadata)
