"""Limits for newcomers: a wave of advertising stays small, and nobody else is held up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from forum.accounts.models import Person
from forum.db import db
from forum.discussions import actions as discussions
from forum.discussions import queries as threads
from forum.discussions.models import Post
from forum.lib import clock, markup
from forum.lib.permission import Refused
from forum.moderation.actions.newcomers import count_links
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = pytest.mark.both_databases

NOON = "2026-05-01T12:00"


@pytest.fixture
def limits(app, cast, clock_at):
    """The limits hold, and everybody came an hour ago."""
    clock_at(NOON)
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(
        before,
        newcomer_days=7,
        newcomer_posts=2,
        newcomer_threads=2,
        newcomer_pace=4,
        newcomer_links=3,
    )
    db.session.execute(update(Person).values(created_at=clock.now() - timedelta(hours=1)))
    make.stage(opens_at=clock.now() - timedelta(days=1))
    yield
    app.extensions["settings"] = before


@pytest.fixture
def thread(limits, cast):
    return make.thread(cast.facilitator)


def links(count):
    return " ".join(f"https://shop{n}.example/offer" for n in range(count))


def test_a_third_thread_within_an_hour_is_refused_until_the_hour_is_over(limits, cast, clock_at):
    make.thread(cast.member)
    clock_at("2026-05-01T12:20")
    make.thread(cast.member)
    db.session.commit()
    with pytest.raises(Refused, match=r"you can start 2 threads an hour.* 07:00\.$"):
        make.thread(cast.member)  # Guatemala: noon is six in the morning
    db.session.rollback()
    clock_at("2026-05-01T13:00")
    make.thread(cast.member)


def test_the_text_is_kept_and_nothing_stored(limits, cast, sign_in, row_counts):
    for _twice in range(2):
        make.thread(cast.member)
    client = sign_in(cast.member)
    db.session.commit()
    before = row_counts()
    sent = client.send(
        "/exchanges/americas/stages/1/threads",
        title="Un tercer título",
        kind="question",
        body="Lo que iba a preguntar.",
        language="es",
        visibility="network",
    )
    assert sent.status_code == 422
    assert "In your first days you can start 2 threads an hour." in sent.text
    assert "Lo que iba a preguntar." in sent.text
    assert "Un tercer título" in sent.text
    assert row_counts() == before


def test_posts_have_their_own_pace(thread, cast, clock_at, sign_in):
    for _reply in range(4):
        make.post(cast.member, thread)
    sent = sign_in(cast.member).send(
        f"/threads/{thread.public_id}/posts", body="Una más.", language="es", kind="reply"
    )
    assert sent.status_code == 422
    assert "you can write 4 posts an hour" in sent.text
    assert "Una más." in sent.text
    clock_at("2026-05-01T13:00")
    make.post(cast.member, thread)


def test_a_post_holds_so_many_links_and_no_more(thread, cast, sign_in):
    make.post(cast.member, thread, body=links(3))
    with pytest.raises(Refused, match="may hold 3 links to other sites"):
        make.post(cast.member, thread, body=links(4))
    with pytest.raises(Refused):
        make.thread(cast.expert, body=links(4))


def test_links_are_not_put_in_afterwards(thread, cast):
    post = make.post(cast.member, thread)
    with pytest.raises(Refused):
        discussions.edit(
            viewer(cast.member),
            threads.post_now(viewer(cast.member), post.id),
            version=1,
            body=links(4),
            html=markup.render(links(4)),
            language="es",
        )


def test_links_to_this_forum_do_not_count(app):
    text = "http://localhost/threads/abc [aquí](/threads/abc) [allá](https://a.example) https://b.example"
    assert count_links(markup.render(text)) == 2


@pytest.mark.parametrize("name", ["facilitator", "staff"])
def test_who_facilitates_and_staff_are_not_held_up(thread, cast, name):
    for _many in range(6):
        make.post(cast.people[name], thread, body=links(5))


def test_after_a_week_nobody_is_a_newcomer(thread, cast, clock_at):
    db.session.execute(update(Person).values(created_at=clock.now() - timedelta(days=7)))
    for _many in range(6):
        make.post(cast.member, thread, body=links(5))


def test_nor_is_whose_posts_stood_a_day(thread, cast):
    make.post(cast.member, thread)
    make.post(cast.member, thread)
    stood = clock.now() - timedelta(days=1)
    db.session.execute(
        update(Post).where(Post.author_id == cast.member.id).values(created_at=stood)
    )
    for _many in range(6):
        make.post(cast.member, thread, body=links(5))


def test_what_was_removed_does_not_count_as_kept(thread, cast):
    for _twice in range(2):
        post = make.post(cast.member, thread)
        discussions.remove(viewer(cast.facilitator), post, reason="Publicidad.")
    stood = clock.now() - timedelta(days=1)
    db.session.execute(
        update(Post).where(Post.author_id == cast.member.id).values(created_at=stood)
    )
    with pytest.raises(Refused):
        make.post(cast.member, thread, body=links(4))


def test_many_at_once_in_many_threads_are_no_way_around(limits, cast, race):
    """Without holding the person, PostgreSQL lets them all through."""
    many = [make.thread(cast.facilitator) for _n in range(8)]
    db.session.commit()

    def press(i):
        make.post(cast.member, many[i])
        db.session.commit()

    ends = race(8, press)
    assert sum(end is None for end in ends) == 4
    assert all(isinstance(end, Refused) for end in ends if end is not None)
