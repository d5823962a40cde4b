"""Feeds and calendars: what is public, or by a token of one's own what one sees.

For: programs that look by themselves: feed readers, calendars. They have no session.
Not for: anything private by its words; feeds hold none of it, whoever's token it is.
"""

from flask import Flask

from forum.feeds import pieces, views


def init_app(app: Flask) -> None:
    """The addresses, and the links to them on pages of lower rooms."""
    app.register_blueprint(views.bp)
    pieces.register()
