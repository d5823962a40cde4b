"""The outbox: letters are rows, written with what they tell of, sent afterwards by `flask work`.

For: composing a letter in its receiver's language, keeping it, sending it once.
Not for: deciding who is told what; the rooms above do.
"""

from flask import Flask

from forum.mail import cli, sending
from forum.mail.addresses import Item, What
from forum.mail.outbox import Receiver, message_id, post
from forum.mail.work import chore, work_once

__all__ = ["Item", "Receiver", "What", "chore", "init_app", "message_id", "post", "work_once"]


def init_app(app: Flask) -> None:
    """Sending letters is the first of the chores; a command tells how it goes."""
    app.cli.add_command(cli.mail)
    chore("letters")(sending.send_due)
