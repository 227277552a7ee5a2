"""The gateway's own tables, apart from every service's."""

from sqlalchemy import MetaData
from sqlalchemy.orm import registry

from shared.rows import CONSTRAINT_NAMES, Statement

SERVICE_ROLE = "gateway_service"


class Row(Statement, registry=registry(metadata=MetaData(naming_convention=CONSTRAINT_NAMES))):
    """Base of every table the gateway owns."""
