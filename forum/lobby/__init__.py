"""Pages composed from several rooms: home, and the overview of an exchange.

For: what is new, what waits for one, an exchange with its threads and proposals.
Not for: anything one room can show by itself.
"""

from flask import Flask

from forum import activity
from forum.lobby import views
from forum.lobby.queries import forget_navigation, navigation


def init_app(app: Flask) -> None:
    """The pages, and where the navigation of every page leads."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals["navigation"] = navigation
    activity.listen("exchange.created")(forget_navigation)
