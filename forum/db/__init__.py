"""The database: the SQLAlchemy object, the base class of all models, column types.

For: what every table shares, and how each database is spoken to.
Not for: any table of the domain.
"""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from forum.db import standby
from forum.db.asking import (
    ME,
    NOW,
    among,
    each_of,
    made_of,
    made_once,
    objects_of,
    rows_of,
)
from forum.db.base import AppendOnly, Base, Record, db
from forum.db.engine import immediate, prepare_engine
from forum.db.reading import Reading
from forum.db.types import BIG, Created, Id, PublicId, UTCDateTime, enum_column

__all__ = [
    "BIG",
    "ME",
    "NOW",
    "AppendOnly",
    "Base",
    "Created",
    "Id",
    "PublicId",
    "Reading",
    "Record",
    "UTCDateTime",
    "among",
    "db",
    "each_of",
    "enum_column",
    "immediate",
    "init_app",
    "is_of_the_models",
    "made_of",
    "made_once",
    "objects_of",
    "prepare_engine",
    "rows_of",
]


_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

# what a migration makes by hand beside the models: an index of words is no table to SQLAlchemy
_BESIDE_THE_MODELS = ("search_text", "ix_search_entry_vector")


def init_app(app: Flask, *, read_url: str = "") -> None:
    """Bind the database object to the app and its engine to our habits.

    `read_url` is the address of a second server that visitors' pages are read from.
    """
    db.init_app(app)
    standby.init_app(app, read_url)
    with app.app_context():
        prepare_engine(db.engine)
        on_sqlite = db.engine.dialect.name == "sqlite"  # where ALTER TABLE can do little
    Migrate(
        app,
        db,
        directory=str(_MIGRATIONS),
        render_as_batch=on_sqlite,
        include_name=is_of_the_models,
    )


def is_of_the_models(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table or index found in a database is one that the models describe."""
    return not (name and kind in ("table", "index") and name.startswith(_BESIDE_THE_MODELS))
