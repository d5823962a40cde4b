"""The index stays quick to ask, however the words came into it."""

import pytest
from sqlalchemy import delete, text

from forum.db import db
from forum.mail import work_once
from forum.search import upkeep
from forum.search.checking import drift
from forum.search.models import SearchEntry
from tests.factories import discussions as make
from tests.search.shelf import fill, found

pytestmark = pytest.mark.both_databases

PIECES = text("SELECT count(DISTINCT segid) FROM search_text_idx")
FEW = 4  # pieces, of some dozens of posts


@pytest.fixture
def names(app, cast):
    return fill(cast)


def on_sqlite():
    return db.engine.dialect.name == "sqlite"


def write(cast, many):
    """So many posts, each in a transaction of its own."""
    thread = make.thread(cast.member, title="Zapote", body="Da sombra.")
    for number in range(many):
        make.post(cast.neighbour, thread, body=f"También el mamey, {number} veces.")
        db.session.commit()


def test_what_was_written_one_by_one_is_joined_and_found_as_before(names, cast):
    write(cast, 12)
    before = found(names, cast.member, "mamey")
    if on_sqlite():
        assert db.session.scalar(PIECES) > FEW
    steps = 0
    while upkeep.put_in_order() and steps < 99:
        db.session.commit()
        steps += 1
    assert 0 < steps < 99
    if on_sqlite():
        assert db.session.scalar(PIECES) <= FEW
    assert found(names, cast.member, "mamey") == before
    assert len(before) == 12
    assert drift() == []


def test_the_worker_does_it_a_step_at_a_time_and_rests(names, cast):
    write(cast, 12)
    assert work_once()["search index"] == 0  # nothing that keeps it from resting
    if on_sqlite():
        assert db.session.scalar(PIECES) <= FEW
    assert not upkeep.put_in_order()
    db.session.commit()


def test_made_anew_it_is_in_order(names, app):
    db.session.execute(delete(SearchEntry))
    db.session.commit()
    assert app.test_cli_runner().invoke(args=["search", "reindex", "--batch", "1"]).exit_code == 0
    assert not upkeep.put_in_order()
    if on_sqlite():
        assert db.session.scalar(PIECES) <= FEW
