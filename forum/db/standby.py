"""A second server of the same database, which visitors' pages are read from (a setting).

It follows the first a little behind. Who is signed in, and everything that writes, asks the first
alone, so that nobody misses what they have just written. While it does not answer, the first
is asked.
"""

import logging
import time
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection

from forum.db.engine import engine_options, prepare_engine

AWAY_SECONDS = 10.0  # not asked again for so long once it did not answer
CONNECT_SECONDS = 2  # how long a page waits for it

_EXTENSION = "standby"

log = logging.getLogger(__name__)


class Standby:
    """The engine of the second server, and whether it answered when it was last asked."""

    def __init__(self, url: str) -> None:
        options = engine_options(url)
        if make_url(url).get_backend_name() == "postgresql":
            options["connect_args"] |= {"connect_timeout": CONNECT_SECONDS}
        self.engine: Engine = create_engine(url, **options)
        self._away_until = 0.0
        prepare_engine(self.engine)

    def connection(self) -> PoolProxiedConnection | None:
        """A connection to it; None while it is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            return self.engine.raw_connection()
        except (SQLAlchemyError, self._refusal()) as why:
            log.warning("The database for reading does not answer: %s", why)
            self._away_until = time.monotonic() + AWAY_SECONDS
            return None

    def _refusal(self) -> Any:
        dbapi: Any = self.engine.dialect.loaded_dbapi
        return dbapi.Error


def init_app(app: Flask, url: str) -> None:
    """Read visitors' pages there; nothing to do without an address."""
    if url:
        app.extensions[_EXTENSION] = Standby(url)


def standby() -> Standby | None:
    """This app's, if it has one."""
    found: Standby | None = current_app.extensions.get(_EXTENSION)
    return found
