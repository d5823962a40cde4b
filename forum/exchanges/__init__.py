"""Regional exchanges: their four stages, the sessions held in them, and what came of those.

For: a stage's dates, a session's people, agenda, calendar file and outcomes.
Not for: the talk within a stage (discussions), an exchange's overview page (lobby).
"""

from flask import Flask

from forum.exchanges import views

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Views."""
    app.register_blueprint(views.bp)
