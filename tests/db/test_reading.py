"""A block that only reads has a connection of its own, for as long as nothing needs the session."""

import pytest
from sqlalchemy import bindparam, event, insert, select, text
from sqlalchemy.exc import DBAPIError

from forum.db import Reading, db, made_of, objects_of, rows_of
from forum.discussions.models import Topic

pytestmark = pytest.mark.both_databases

SLUGS = select(Topic.slug).where(Topic.slug.like(bindparam("like"))).order_by(Topic.slug)
WRONG = select(text("nothing_of_that_name")).select_from(Topic)
A_TOPIC = {"slug": "aa-new", "group": "aa-new", "labels": {"en": "New"}, "position": 1}
KNOWN = {"slug": "water", "group": "water", "labels": {"en": "Water"}, "position": 0}


def reading():
    return Reading(lambda: db.engine)


def handed_out():
    return db.engine.pool.checkedout()


@pytest.fixture
def alone(app, cast):
    """One topic there is; nothing else holds a connection."""
    db.session.execute(insert(Topic), KNOWN)
    db.session.commit()
    db.session.remove()
    assert handed_out() == 0


def slugs(like="%"):
    return [row.slug for row in rows_of(SLUGS, {"like": like})]


def test_it_asks_without_the_session_and_gives_its_connection_back(alone):
    with reading():
        found = slugs()
        assert handed_out() == 1
        assert not db.session.registry.has()
    assert handed_out() == 0
    assert found
    assert found == slugs()


def test_it_gives_its_connection_back_after_an_error(alone):
    with pytest.raises(DBAPIError, match="nothing_of_that_name"), reading():
        rows_of(WRONG)
    assert handed_out() == 0


def test_it_asks_nothing_where_nothing_is_asked(alone):
    with reading():
        assert handed_out() == 0


def test_what_the_session_holds_is_seen_once_it_has_begun(alone):
    with reading():
        before = slugs("aa-%")
        db.session.execute(insert(Topic), A_TOPIC)
        assert slugs("aa-%") == ["aa-new", *before]
    db.session.rollback()


def test_whoever_listens_hears_what_is_said(alone):
    heard = []

    def hear(_connection, _cursor, statement, *_rest):
        heard.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        with reading():
            slugs()
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
    assert sum("topic" in one for one in heard) == 1


def test_what_was_made_of_the_same_rows_is_the_same_thing_until_they_are_others(alone):
    def made(like):
        return made_of(tuple, SLUGS, {"like": like})

    with reading():
        first = made("%")
        assert made("%") is first
        assert made("aa-%") is not first
    db.session.execute(insert(Topic), A_TOPIC)
    later = made("%")
    assert [row.slug for row in later] == ["aa-new", *(row.slug for row in first)]
    db.session.rollback()


def test_the_same_row_is_the_same_thing(alone):
    with reading():
        first, second = (objects_of(_Named, SLUGS, {"like": "%"}) for _time in range(2))
    assert [id(one) for one in first] == [id(one) for one in second]


class _Named:
    def __init__(self, slug):
        self.slug = slug
