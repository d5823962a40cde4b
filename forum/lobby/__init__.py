"""Pages composed from several rooms: home, and the overview of an exchange.

For: what is new, what waits for one, an exchange with its threads and proposals.
Not for: anything one room can show by itself.
"""

from flask import Flask

from forum import activity
from forum.lobby import preview, views
from forum.lobby.queries.navigation import forget_navigation, navigation
from forum.web import frame


def init_app(app: Flask) -> None:
    """The pages, and where the navigation of every page leads."""
    app.register_blueprint(views.bp)
    app.register_blueprint(preview.bp)
    app.jinja_env.globals["navigation"] = navigation
    frame.shows(leads)
    activity.listen("exchange.created")(forget_navigation)


def leads() -> frame.Told:
    """Where the navigation of every page leads."""
    found = navigation()
    return {
        "exchange": found.exchange,
        "coalition": found.coalition,
        "several": found.several,
    }
