"""Feeds and calendars: what is public, or by a token of one's own what one sees.

For: programs that look by themselves: feed readers, calendars. They have no session.
Not for: anything private by its words; feeds hold none of it, whoever's token it is.
"""

from flask import Flask

from forum.accounts.slots import on_own_page
from forum.feeds import views
from forum.feeds.pieces import of_feeds


def init_app(app: Flask) -> None:
    """The addresses, and the way to one's own on the page of one's account."""
    app.register_blueprint(views.bp)
    if of_feeds not in on_own_page:
        on_own_page.append(of_feeds)
