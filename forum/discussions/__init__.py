"""Threads per stage: posts as a tree, kinds, topics, challenges and what solved them.

For: talk between sessions, and finding again what somebody solved.
Not for: who sees a space (spaces), stages themselves (exchanges), proposals (coalition).
"""

from flask import Flask

from forum import mail
from forum.directory.slots import offer_topics
from forum.discussions import topics
from forum.discussions.actions import ask_what_came
from forum.discussions.views import bp, bridge, pieces
from forum.discussions.views.showing import opening
from forum.files.actions import sweep_at_times
from forum.web.templating import Macros


def init_app(app: Flask) -> None:
    """Wire the pages; templates know topics' labels and how threads are listed."""
    app.register_blueprint(bp)
    offer_topics(topics.choices_by_group)
    pieces.register()
    bridge.register()
    mail.chore("files left over")(sweep_at_times)
    mail.chore("trials to ask after")(ask_what_came)
    app.jinja_env.filters["opening"] = opening
    app.jinja_env.globals.update(
        topic_label=topics.topic_label,
        threads_ui=Macros(app, "discussions/macros.html"),
    )
