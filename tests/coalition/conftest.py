"""What the coalition's tests of two at once share."""

import threading
import time

import pytest
from sqlalchemy import text

from forum.db import db

PATIENCE = 20  # seconds one side waits for the other
UNDER_WAY = 0.4  # seconds the first waits at most for the second to stand before its lock
_LOOK = 0.01  # seconds between two looks

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
def one_after_the_other(race):
    """Runs the first, and the second while the first is not stored yet."""

    def run(first, second):
        acted, through = threading.Event(), threading.Event()

        def act(i):
            db.session.rollback()  # nothing is read yet
            if i == 0:
                first()
                db.session.flush()
                acted.set()
                _until_it_waits(through)
            else:
                assert acted.wait(PATIENCE)
                try:
                    second()
                finally:
                    through.set()
            db.session.commit()
            return "done"

        return race(2, act)

    return run


def _until_it_waits(through):
    """Until the other side stands before a lock, or is through without meeting one."""
    if db.engine.dialect.name == "sqlite":
        return  # it cannot begin before this side is stored
    until = time.monotonic() + UNDER_WAY
    with db.engine.connect() as outside:
        while time.monotonic() < until and not through.wait(_LOOK):
            if outside.execute(_WAITING).scalar():
                return
            outside.rollback()
