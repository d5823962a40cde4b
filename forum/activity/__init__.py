"""The ledger: what happened, append-only, written in the action's own transaction.

For: the audit log, the activity page and the source of notifications, in one.
Not for: people's words; it holds ids and states only, so that words stay erasable.
"""

from flask import Flask

from forum.activity.ledger import EVERY, listen, record

__all__ = ["EVERY", "init_app", "listen", "record"]


def init_app(app: Flask) -> None:
    """Nothing to wire: the rooms above record and listen."""
