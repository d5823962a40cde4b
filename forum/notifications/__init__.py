"""Who is told what: listens to the ledger and writes letters, in the transaction of what happened.

For: the choice of who is told, once, for every way of telling.
Not for: composing or sending a letter (mail), or what happened itself (the rooms below).
"""

from flask import Flask

from forum.notifications import actions


def init_app(app: Flask) -> None:
    """Listen to what people are told of by letter."""
    actions.listen()
