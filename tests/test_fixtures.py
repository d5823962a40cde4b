"""What the other tests stand on holds."""

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.db import db
from tests.people import ROLES

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_finds_the_cast_as_it_was_made(app, cast, turn):
    assert db.session.get(Person, cast.member.id).name == "Member"
    db.session.get(Person, cast.member.id).name = "Somebody else"
    db.session.commit()


def test_a_request_sees_what_the_test_stored_and_the_test_what_is_stored(client, cast):
    db.session.get(Person, cast.member.id).name = "Stored before"
    assert client.get("/health").status_code == 200
    assert db.session.scalars(select(Person.name).where(Person.id == cast.member.id)).one() == (
        "Stored before"
    )


def test_every_role_but_the_visitor_is_somebody(cast):
    for role in ROLES[1:]:
        assert getattr(cast, role).id


def test_racing_threads_each_have_their_own_session(race, cast):
    results = race(8, lambda i: (i, db.session.get(Person, cast.member.id).email))
    assert results == [(i, "member@people.example") for i in range(8)]
