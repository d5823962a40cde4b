"""Connections that waited in the pool: asked whether they still live only where they may not.

Asking (SQLAlchemy's pre-ping) is a way to the server and back with every request, and almost
every one finds that all is well. Without it the first request after the server was started anew
is answered by an error. A server that ends a connection says so, and what it said waits in the
socket, where looking costs no way at all. What was lost between the two machines (a router that
forgets who speaks through it) nobody says; it takes minutes of silence.
"""

from select import POLLIN, poll
from time import monotonic
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

SILENT_SECONDS = 30.0  # well below what routers forget, well above what a busy process waits
_SINCE = "waits since"


def ask_who_waited(engine: Engine) -> None:
    """Have the pool of PostgreSQL's connections give out none that is lost.

    One that is found lost is replaced before it is given, and so are those that wait with it:
    mostly the server was away.
    """
    dialect: Any = engine.dialect

    def came_back(connection: Any, record: Any) -> None:
        if connection is not None:
            record.info[_SINCE] = monotonic()

    def goes_out(connection: Any, record: Any, _given: Any) -> None:
        since = record.info.get(_SINCE)
        if since is None:
            return  # made just now
        if monotonic() - since < SILENT_SECONDS and not was_told(connection):
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as lost:
            raise InvalidatePoolError from lost

    event.listen(engine, "checkin", came_back)
    event.listen(engine, "checkout", goes_out)


def was_told(connection: Any) -> bool:
    """Whether the server said something to a connection that asked nothing, or is gone."""
    if connection.closed:
        return True
    looked_at = poll()
    looked_at.register(connection.pgconn.socket, POLLIN)
    return bool(looked_at.poll(0))
