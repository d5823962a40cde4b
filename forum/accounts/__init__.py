"""People: how they are invited, join, sign in, and keep their account theirs.

For: persons and their side, invitations, passwords, addresses, sessions, limits on guessing.
Not for: what a person may see or do in a room; `spaces` and each room's policy say that.
"""

from flask import Flask

from forum import mail
from forum.accounts import actions, limits, views
from forum.accounts.cli import people
from forum.accounts.queries import mail_writer
from forum.accounts.sessions import identity_of
from forum.accounts.views import signing
from forum.accounts.wording import side_word
from forum.mail.slots import know_writers
from forum.web import identity


def init_app(app: Flask) -> None:
    """Views, commands, the chores of forgetting, and what sessions are kept by."""
    identity.keep_sessions(load=identity_of, begin=actions.begin_session, end=actions.end_session)
    know_writers(mail_writer)
    app.register_blueprint(views.bp)
    signing.init_app(app)
    app.jinja_env.globals["side_word"] = side_word
    app.cli.add_command(people)
    mail.chore("old sign-in attempts")(limits.forget_old)
    mail.chore("ended sessions")(actions.forget_ended_sessions)
    mail.chore("kept forms")(actions.forget_kept_forms)
