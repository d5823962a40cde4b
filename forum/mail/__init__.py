"""Letters out, mail in: the outbox that `flask work` empties, and the doors that mail comes in by.

For: composing a letter and sending it once; reading a mail, and handing it to who acts on it.
Not for: deciding who is told what, or who may write where; the rooms above do.
"""

from flask import Flask

from forum.mail import addresses, bounces, canary, cli, fetching, receiving, sending
from forum.mail.addresses import Item, What
from forum.mail.outbox import Receiver, message_id, post
from forum.mail.slots import handle_with
from forum.mail.work import chore, work_once
from forum.web.views import also_ready

__all__ = [
    "Item",
    "Receiver",
    "What",
    "chore",
    "handle_with",
    "init_app",
    "message_id",
    "post",
    "work_once",
]


def init_app(app: Flask) -> None:
    """The chores of mail, and its commands."""
    app.cli.add_command(cli.mail)
    app.jinja_env.globals["mail_comes_in"] = addresses.mail_comes_in
    if canary.line not in also_ready:
        also_ready.append(canary.line)
    handle_with(What.NOTICE, receiving.Unanswerable())
    chore("letters held back")(bounces.hold_back)
    chore("canary")(canary.fly)
    chore("letters")(sending.send_due)
    chore("mail to fetch")(fetching.fetch_at_times)
    chore("old mail")(receiving.forget_old)
    chore("old bounces")(bounces.forget_old)
