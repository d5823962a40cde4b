"""Files that people send along: recognised by content, made harmless, kept in a store.

For: what may come in, how it is cleaned, where it lies (a folder or an S3-compatible store).
Not for: who may see a file: the room that shows it asks its own rule first (discussions).
"""

from flask import Flask

from forum.config import Settings
from forum.files import limits, showing, store
from forum.web.templating import Macros

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Open the store, let forms that take files be larger, teach the templates."""
    settings: Settings = app.extensions["settings"]
    app.extensions["files"] = store.store_at(settings.files_url, settings.data_dir)
    limits.init_app(app)
    app.jinja_env.globals.update(
        file_size=showing.file_size,
        file_word=showing.file_word,
        most_bytes=showing.most_bytes,
        files_ui=Macros(app, "files/macros.html"),
    )
