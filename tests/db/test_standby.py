"""Visitors read from a standby; who is signed in, and what writes, asks the first server."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text

from forum.db import db, standby
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import single_space
from tests.factories import discussions

FIRST, SECOND = "Said by the first", "Said by the standby"


@pytest.fixture
def thread(app, cast):
    return discussions.thread(cast.member, title="Not yet", space=single_space(SpaceKind.PUBLIC))


@pytest.fixture
def behind(app, thread, tmp_path):
    """A standby on which that thread has another title; its file."""
    db.session.commit()
    db.session.remove()
    copy = tmp_path / "standby.db"
    with closing(sqlite3.connect(db.engine.url.database)) as first:
        first.execute("VACUUM INTO ?", (str(copy),))
    titled(create_engine(f"sqlite:///{copy}"), SECOND)
    titled(db.engine, FIRST)
    standby.init_app(app, f"sqlite:///{copy}")
    yield copy
    app.extensions.pop("standby").engine.dispose()


def titled(engine, title):
    with engine.begin() as connection:
        connection.execute(text("UPDATE thread SET title = :title"), {"title": title})


def read(client, thread, more=""):
    return client.get(f"/threads/{thread.public_id}{more}").text


def test_a_visitor_reads_from_the_standby(behind, client, thread):
    page = read(client, thread)
    assert SECOND in page
    assert FIRST not in page


def test_whoever_is_signed_in_reads_from_the_first(behind, sign_in, cast, thread):
    page = read(sign_in(cast.member), thread)
    assert FIRST in page
    assert SECOND not in page


def test_who_brings_a_token_is_asked_about_on_the_first(behind, client, thread):
    assert FIRST in read(client, thread, "?token=x")


def test_while_it_is_away_the_first_is_asked(behind, app, client, thread, monkeypatch, caplog):
    """And it is not tried again with every page."""
    asked = []

    class Away:
        """A server that does not answer."""

        dialect = db.engine.dialect

        def raw_connection(self):
            asked.append(1)
            raise self.dialect.loaded_dbapi.OperationalError("nobody there")

    whole = standby.standby()
    monkeypatch.setattr(whole, "engine", Away())
    for _turn in range(3):
        assert FIRST in read(client, thread)
    assert len(asked) == 1
    assert "does not answer" in caplog.text
    monkeypatch.undo()
    monkeypatch.setattr(whole, "_away_until", 0.0)
    assert SECOND in read(client, thread)


def test_without_the_setting_there_is_none(app):
    assert standby.standby() is None
