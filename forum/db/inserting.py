"""Inserting a row that may be there already: the two databases say it alike, in two classes."""

from sqlalchemy.dialects import postgresql, sqlite

from forum.db.base import Base, db


def upsert(model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT into the model's table, to be ended with `on_conflict_do_…`."""
    if db.engine.dialect.name == "sqlite":
        return sqlite.insert(model)
    return postgresql.insert(model)
