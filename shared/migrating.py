"""How every part's migrations run: one transaction, bounded waiting, the owner's role."""

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from alembic import context
from sqlalchemy import MetaData, NullPool, create_engine, text


def migrate(metadata: MetaData) -> None:
    """Bring the database of alembic's configured address up to date."""
    url = context.config.get_main_option("sqlalchemy.url")
    assert url is not None
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        # A migration waits for running transactions, but never makes the others wait for long.
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


def register_tables(part: str) -> None:
    """Import the `model` of every slice of a part, so that its tables are known."""
    package = import_module(part)
    for slice_ in pkgutil.iter_modules(package.__path__, f"{part}."):
        if slice_.ispkg and find_spec(f"{slice_.name}.model"):
            import_module(f"{slice_.name}.model")
