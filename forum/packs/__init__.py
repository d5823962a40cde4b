"""Passing on: a thread, a post or a session as a short text; a stage or a session as one file.

For: what leaves the forum by a reader's hand: into a chat, onto paper, onto a stick.
Not for: who may read it (the rooms below say), calendars and feeds, copies of everything.
"""

from flask import Flask

from forum.packs import pieces, views
from forum.packs.pieces import printed_line


def init_app(app: Flask) -> None:
    """The pages, the links on pages of lower rooms, and the first line of what is printed."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals.update(printed_line=printed_line)
    pieces.register()
