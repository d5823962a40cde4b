"""Who is told what: listens to the ledger, in the transaction of what happened.

For: the choice of who is told, once, for every way of telling; the list in the app; following.
Not for: composing or sending a letter (mail), or what happened itself (the rooms below).
"""

from flask import Flask

from forum import mail
from forum.mail.slots import ask_before_sending
from forum.notifications import actions, pieces, queries, views, wording
from forum.notifications.actions import reminding
from forum.spaces.slots import know_of_viewer


def init_app(app: Flask) -> None:
    """The pages, the buttons, what is listened to, and the count that every page shows."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals.update(told_marks=wording.marks, told_sentences=wording.sentences)
    actions.listen()
    ask_before_sending(actions.may_still_go)
    pieces.register()
    know_of_viewer("unread", queries.unread)
    know_of_viewer("follows", queries.level_here, pieces.thing_here)
    mail.chore("answers due")(reminding.remind_of_answers)
    mail.chore("notices")(actions.write_notices)
    mail.chore("summaries")(actions.write_summaries)
    mail.chore("read notifications")(actions.forget_old)
