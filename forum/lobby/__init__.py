"""Pages composed from several rooms: home, and the overview of an exchange.

For: what is new, what waits for one, an exchange with its threads and proposals.
Not for: anything one room can show by itself.
"""

from flask import Flask

from forum import activity
from forum.feeds import slots
from forum.lobby import preview, views
from forum.lobby.queries.navigation import forget_navigation, navigation
from forum.notifications.queries import watched_places
from forum.spaces import Viewer
from forum.web import frame


def init_app(app: Flask) -> None:
    """The pages, and where the navigation of every page leads."""
    app.register_blueprint(views.bp)
    app.register_blueprint(preview.bp)
    app.jinja_env.globals["navigation"] = navigation
    frame.shows(leads)
    if watched not in slots.watched:  # every app that is made comes by here
        slots.watched.append(watched)
    activity.listen("exchange.created")(forget_navigation)


def watched(viewer: Viewer) -> list[slots.Place]:
    """What the viewer watches, for the room of feeds, which does not know who follows what."""
    return [
        slots.Place(
            topic=one.topic_slug,
            exchange=one.exchange_slug,
            stage=one.stage_number,
            title=one.title,
            language=one.language,
        )
        for one in watched_places(viewer)
    ]


def leads() -> frame.Told:
    """Where the navigation of every page leads."""
    found = navigation()
    return {
        "exchange": found.exchange,
        "coalition": found.coalition,
        "several": found.several,
    }
