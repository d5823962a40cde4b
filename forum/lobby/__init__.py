"""Pages composed from several rooms: home, and the overview of an exchange.

For: what is new, what waits for one, an exchange with its threads and proposals.
Not for: anything one room can show by itself.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Wired when its pages stand."""
