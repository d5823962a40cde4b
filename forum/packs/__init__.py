"""Passing on: a thread, a post or a session as a short text; a stage or a session as one file.

For: what leaves the forum by a reader's hand: into a chat, onto paper, onto a stick.
Not for: who may read it (the rooms below say), calendars and feeds, copies of everything.
"""

from flask import Flask

from forum.packs import pieces, views


def init_app(app: Flask) -> None:
    """The pages, and the links on pages of lower rooms."""
    app.register_blueprint(views.bp)
    pieces.register()
