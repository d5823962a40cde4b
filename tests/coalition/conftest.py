"""What the coalition's tests of two at once share."""

import threading
import time

import pytest

from forum.db import db

PATIENCE = 20  # seconds one side waits for the other
UNDER_WAY = 0.4  # seconds: time enough for the second to stand before the lock


@pytest.fixture
def one_after_the_other(race):
    """Runs the first, and the second while the first is not stored yet."""

    def run(first, second):
        acted = threading.Event()

        def act(i):
            db.session.rollback()  # nothing is read yet
            if i == 0:
                first()
                acted.set()
                time.sleep(UNDER_WAY)
            else:
                assert acted.wait(PATIENCE)
                second()
            db.session.commit()
            return "done"

        return race(2, act)

    return run
