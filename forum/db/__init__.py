"""The database: the SQLAlchemy object, the base class of all models, column types.

For: what every table shares, and how each database is spoken to.
Not for: any table of the domain.
"""

from flask import Flask

from forum.db.base import AppendOnly, Base, Record, db
from forum.db.engine import begin_writing, immediate, prepare_engine
from forum.db.types import Created, Id, PublicId, UTCDateTime, enum_column

__all__ = [
    "AppendOnly",
    "Base",
    "Created",
    "Id",
    "PublicId",
    "Record",
    "UTCDateTime",
    "begin_writing",
    "db",
    "enum_column",
    "immediate",
    "init_app",
    "prepare_engine",
]


def init_app(app: Flask) -> None:
    """Bind the database object to the app and its engine to our habits."""
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
