"""The data hub's own set of tables, apart from every other service's."""

from sqlalchemy import MetaData
from sqlalchemy.orm import registry

from shared.rows import CONSTRAINT_NAMES, Statement

SERVICE_ROLE = "datahub_service"


class Row(Statement, registry=registry(metadata=MetaData(naming_convention=CONSTRAINT_NAMES))):
    """Base of every table the data hub owns."""
