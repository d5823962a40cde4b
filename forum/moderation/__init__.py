"""Order: reports of posts, what who facilitates decides about them, and the record of it.

For: reporting, the queue, decisions told to those concerned, warnings, limits for newcomers.
Not for: removing and restoring itself (discussions), closing an account (accounts).
"""

from flask import Flask

from forum.moderation import actions, policy, views, wording
from forum.moderation.views import pieces


def init_app(app: Flask) -> None:
    """The pages, what pages of lower rooms show of it, and what is listened to."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals.update(
        report_reason=wording.reason_word, can_moderate=policy.can_moderate
    )
    actions.listen()
    pieces.register()
