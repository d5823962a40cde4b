"""Threads per stage: posts as a tree, kinds, topics, challenges and what solved them.

For: talk between sessions, and finding again what somebody solved.
Not for: who sees a space (spaces), stages themselves (exchanges), proposals (coalition).
"""

from flask import Flask

from forum import mail
from forum.accounts.slots import on_own_page
from forum.directory.slots import offer_topics
from forum.discussions import topics
from forum.discussions.actions import ask_what_came, forget_old_drafts
from forum.discussions.actions.by_mail import BY_MAIL
from forum.discussions.views import bp, bridge, drafts, pieces
from forum.discussions.views.listing import thread_lines
from forum.discussions.views.showing import opening
from forum.files.actions import sweep_at_times
from forum.files.waiting import forget_waiting
from forum.mail.slots import handle_with
from forum.web.templating import Macros


def init_app(app: Flask) -> None:
    """Wire the pages; templates know topics' labels and how threads are listed."""
    app.register_blueprint(bp)
    offer_topics(topics.choices_by_group)
    pieces.register()
    bridge.register()
    for what, handler in BY_MAIL.items():
        handle_with(what, handler)
    mail.chore("files left over")(sweep_at_times)
    mail.chore("files that waited in vain")(forget_waiting)
    mail.chore("trials to ask after")(ask_what_came)
    mail.chore("old drafts")(forget_old_drafts)
    if drafts.on_own_page not in on_own_page:
        on_own_page.append(drafts.on_own_page)
    app.jinja_env.filters["opening"] = opening
    app.jinja_env.globals.update(
        topic_label=topics.topic_label,
        thread_lines=thread_lines,
        threads_ui=Macros(app, "discussions/macros.html"),
    )
