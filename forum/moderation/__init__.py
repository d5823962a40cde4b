"""Order: reports of posts, what who facilitates decides about them, and the record of it.

For: reporting, the queue, decisions told to those concerned, warnings, limits for newcomers.
Not for: removing and restoring itself (discussions), closing an account (accounts).
"""

from flask import Flask

from forum.moderation import actions, policy, views, wording
from forum.moderation.views import pieces
from forum.spaces import current_viewer
from forum.web import frame
from forum.web.identity import is_quiet


def init_app(app: Flask) -> None:
    """The pages, what pages of lower rooms show of it, and what is listened to."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals["report_reason"] = wording.reason_word
    frame.shows(moderates)
    actions.listen()
    pieces.register()


def moderates() -> frame.Told:
    """Whether the foot of every page leads to the reports."""
    return {"moderates": not is_quiet() and bool(policy.can_moderate(current_viewer()))}
