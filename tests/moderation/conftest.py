"""A post of the network that somebody wrote, and one of the coalition."""

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.db import db
from tests.factories import discussions as make


@pytest.fixture
def thread(app, cast):
    return make.thread(cast.member, title="Un título")


@pytest.fixture
def post(thread, cast):
    return make.post(cast.neighbour, thread, body="Palabras que sobran.")


@pytest.fixture
def secret(app, cast):
    thread = make.thread(cast.member, title="Solo nuestro", space=cast.spaces["coalition"])
    return make.post(cast.neighbour, thread, body="Palabras reservadas.")


@pytest.fixture
def events(app):
    def of(verb):
        return list(db.session.scalars(select(Event).where(Event.verb == verb)))

    return of
