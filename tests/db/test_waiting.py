"""Connections of the pool that were lost while they waited are not given to a request."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from forum.db import db, waiting

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

BACKEND = text("SELECT pg_backend_pid()")


@pytest.fixture
def pings(app, monkeypatch):
    """The connections that were asked whether they live."""
    asked, ping = [], db.engine.dialect.do_ping

    def noting(connection):
        asked.append(connection)
        return ping(connection)

    db.session.remove()
    monkeypatch.setattr(db.engine.dialect, "do_ping", noting)
    return asked


def fill_the_pool(connections=3):
    """Have so many wait there; the numbers of their backends."""
    held = [db.engine.connect() for _one in range(connections)]
    pids = [one.scalar(BACKEND) for one in held]
    for one in held:
        one.close()
    return pids


def end(pids):
    """As a restart of the server, or whoever administers it, would."""
    with create_engine(db.engine.url, poolclass=NullPool).begin() as other:
        for pid in pids:
            assert other.scalar(text(f"SELECT pg_terminate_backend({pid}, 5000)"))


def test_what_waits_a_moment_is_not_asked(pings, client):
    fill_the_pool()
    for _time in range(3):
        assert client.get("/challenges").status_code == 200
    with db.engine.connect() as one:
        one.scalar(BACKEND)
    assert pings == []


def test_what_waits_long_is_asked_each_time_it_goes_out(pings, monkeypatch):
    pids = fill_the_pool(1)
    monkeypatch.setattr(waiting, "SILENT_SECONDS", 0)
    for _time in range(2):
        with db.engine.connect() as one:
            assert one.scalar(BACKEND) == pids[0]
    assert len(pings) == 2


def test_a_page_is_answered_though_all_that_waited_were_ended(app, pings, client):
    pids = fill_the_pool()
    end(pids)
    assert client.get("/challenges").status_code == 200
    with db.engine.connect() as one:
        assert one.scalar(BACKEND) not in pids
    assert len(pings) == 1, "the others went with the first"


def test_what_is_written_is_kept_though_all_that_waited_were_ended(app, cast, sign_in, pings):
    client = sign_in(cast.member)
    assert client.get("/me").status_code == 200
    db.session.remove()
    end(fill_the_pool())
    answer = client.post("/language", data={"language": "es", "next": "/"})
    assert answer.status_code == 303
    assert db.session.get(type(cast.member), cast.member.id).locale == "es"


def test_what_was_lost_in_silence_is_found_by_asking(pings, monkeypatch):
    pids = fill_the_pool()
    monkeypatch.setattr(waiting, "was_told", lambda _connection: False)
    monkeypatch.setattr(waiting, "SILENT_SECONDS", 0)
    end(pids)
    with db.engine.connect() as one:
        assert one.scalar(BACKEND) not in pids


def test_one_that_is_lost_while_it_is_held_does_not_come_back(pings):
    pids = fill_the_pool(1)
    with db.engine.connect() as one:
        one.scalar(BACKEND)
        end(pids)
        with pytest.raises(OperationalError, match="terminating connection"):
            one.scalar(BACKEND)
    with db.engine.connect() as other:
        assert other.scalar(BACKEND) not in pids
