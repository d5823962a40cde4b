"""The world of the house tests, and what a client gets as one whole file."""

import pytest
from sqlalchemy import update

from forum.db import db
from forum.discussions.models import Post
from tests.house.world import make_world


@pytest.fixture
def world(app, cast):
    """Something in every visibility, each word of it marked."""
    made = make_world(db.session, cast)
    for slug, person in (("ceiba", cast.member), ("encinos", cast.neighbour)):
        own = Post.author_id == person.id
        project = cast.projects[slug].id
        db.session.execute(update(Post).where(own).values(project_id=project))
    db.session.commit()
    return made


@pytest.fixture
def packed(sign_in, client, world):
    """`packed(person, "?readers=public")`: the file of stage 2, as this person gets it."""

    def take(person=None, query=""):
        visitor = client if person is None else sign_in(person)
        path = f"/exchanges/{world.exchange.slug}/stages/2/pack{query}"
        return visitor.get(path).get_data(as_text=True)

    return take
