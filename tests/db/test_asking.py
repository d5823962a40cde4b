"""Selects that are made once ask anew each time, and hold nothing of when they were made."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from forum.accounts.models import Person
from forum.db import ME, NOW, among, db, each_of, objects_of, rows_of
from forum.db.asking import FrozenMoment
from forum.discussions.models import Topic
from forum.lib import clock

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

_NAMED = select(Person.id, Person.name).where(Person.id == ME)
_SINCE = select(Person.id, (Person.created_at <= NOW).label("before"))


class Named:
    """Somebody, told by identity."""

    def __init__(self, id: int, name: str) -> None:
        self.id, self.name = id, name


def test_a_select_that_holds_the_moment_of_its_making_is_refused(app):
    frozen = select(Person.id).where(Person.created_at <= clock.now())
    with pytest.raises(FrozenMoment):
        rows_of(frozen)


def test_a_value_that_is_not_given_is_an_error_and_no_null(app):
    with pytest.raises(SQLAlchemyError):
        rows_of(_NAMED)


def test_the_moment_is_the_one_of_the_asking(cast):
    made_at = db.session.get_one(Person, cast.member.id).created_at
    for now, before in ((made_at - timedelta(seconds=1), False), (made_at, True)):
        found = {row.id: row.before for row in rows_of(_SINCE, {"now": now})}
        assert found[cast.member.id] is before


def test_the_same_answer_is_the_same_thing_and_another_is_another(cast):
    (first,) = objects_of(Named, _NAMED, {"me": cast.member.id})
    (again,) = objects_of(Named, _NAMED, {"me": cast.member.id})
    assert again is first
    db.session.get_one(Person, cast.member.id).name = "Otro nombre"
    (other,) = objects_of(Named, _NAMED, {"me": cast.member.id})
    assert (other.name, first.name) == ("Otro nombre", cast.member.name)


@pytest.mark.parametrize("wanted", range(1, 10))
def test_some_of_many_are_found_and_no_other(cast, wanted):
    ids = sorted(db.session.scalars(select(Person.id)))[:wanted]
    values = each_of([*ids, ids[0]])
    query = select(Person.id).where(among(Person.id, len(values)))
    assert sorted(row.id for row in rows_of(query, values)) == ids
    assert len(values) in (1, 2, 4, 8, 16)


def test_among_nothing_nobody_is_asked(app):
    with pytest.raises(ValueError, match="nothing"):
        each_of([])


def test_what_is_not_stored_yet_is_counted(cast):
    counted = select(func.count(Topic.id).label("topics"))
    before = rows_of(counted)[0].topics
    db.session.add(Topic(slug="nuevo", group="nuevo", labels={"en": "New"}))
    assert rows_of(counted)[0].topics == before + 1
