"""The participation's own set of tables, apart from every other service's."""

from sqlalchemy import MetaData
from sqlalchemy.orm import registry

from shared.rows import CONSTRAINT_NAMES, Statement

SERVICE_ROLE = "participation_service"


class Row(Statement, registry=registry(metadata=MetaData(naming_convention=CONSTRAINT_NAMES))):
    """Base of every table the participation owns."""
