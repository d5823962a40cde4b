"""`flask backup`: a whole copy of a database in use."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.db import db
from forum.files.actions import keep
from forum.files.kinds import Preview, Taken
from forum.files.store import FolderStore, store


def back_up(app, file):
    return app.test_cli_runner().invoke(args=["backup", str(file)])


def test_the_copy_holds_what_is_committed(app, cast, tmp_path):
    file = tmp_path / "copy.db"
    there = db.session.scalar(select(func.count(Person.id)))
    db.session.add(
        Person(
            email="late@people.example",
            name="Late",
            side="observer",
            locale="en",
            timezone="UTC",
            password_hash="",
        )
    )
    db.session.flush()  # still under way in another transaction
    result = back_up(app, file)
    assert result.exit_code == 0, result.output
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("SELECT count(*) FROM person").fetchone() == (there,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_that_is_there_is_kept(app, cast, tmp_path):
    file = tmp_path / "copy.db"
    file.write_text("something else")
    result = back_up(app, file)
    assert result.exit_code == 1
    assert "exists already" in result.output
    assert file.read_text() == "something else"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_is_left_to_its_own_tool(app, cast, tmp_path):
    result = back_up(app, tmp_path / "copy.db")
    assert result.exit_code == 1
    assert "pg_dump" in result.output
    assert not (tmp_path / "copy.db").exists()


def a_file(cast):
    """A kept picture and its preview."""
    taken = Taken("image/png", "mapa.png", b"the map", 4, 3, Preview(b"small", 2, 2))
    kept = keep(cast.member.id, taken)
    db.session.commit()
    return kept


def read(copy, key):
    with copy.open(key) as body:
        return body.read()


def test_the_files_come_along(app, cast, tmp_path):
    kept = a_file(cast)
    store().put("e" * 32, b"nobody's")
    result = back_up(app, tmp_path / "copy.db")
    assert result.exit_code == 0, result.output
    assert "2 files, 0 missing" in result.output
    copy = FolderStore(tmp_path / "copy.db.files")
    assert read(copy, kept.key) == b"the map"
    assert read(copy, kept.preview_key) == b"small"
    with pytest.raises(FileNotFoundError):
        copy.open("e" * 32)


def test_a_file_taken_away_meanwhile_stops_nothing(app, cast, tmp_path):
    store().delete(a_file(cast).key)
    result = back_up(app, tmp_path / "copy.db")
    assert result.exit_code == 0
    assert "1 files, 1 missing" in result.output


def test_files_that_are_there_are_kept(app, cast, tmp_path):
    (tmp_path / "copy.db.files").mkdir()
    result = back_up(app, tmp_path / "copy.db")
    assert result.exit_code == 1
    assert not (tmp_path / "copy.db").exists()
