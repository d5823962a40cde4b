"""`flask backup`: a whole copy of a database in use."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.db import db


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
