"""A thread's and a stage's page are mostly kept: each says how things are now, for who looks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.db import db
from forum.directory.models import ProjectMember
from forum.discussions import queries
from forum.discussions.models import Topic
from forum.discussions.views import shown
from forum.discussions.views.lines import Lines
from forum.exchanges.models import Stage
from forum.lib import clock
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = pytest.mark.usefixtures("app")


def page_of(client, thread):
    return client.get(f"/threads/{thread.public_id}").text


def test_no_policy_of_a_single_post_asks_the_clock_for_more_than_whether_one_may_reply(
    cast, monkeypatch
):
    thread = make.thread(cast.member)
    for author in (cast.member, cast.neighbour, cast.facilitator):
        make.post(author, thread)
    asked = []
    now = clock.now

    def told():
        asked.append(1)
        return now()

    for name in ("member", "neighbour", "expert", "facilitator", "staff"):
        who = viewer(getattr(cast, name))
        seen = queries.thread_now(who, thread.id)
        page = queries.post_rows(seen)
        standing, beside = shown._standing(who, seen), shown._beside(page.posts, Lines())
        with monkeypatch.context() as patched:
            patched.setattr(shown.writing, "can_reply", lambda *_, may=standing.may_reply: may)
            patched.setattr(clock, "now", told)
            shown._page_shown.__wrapped__(
                standing, seen, tuple(page.posts), beside, goes_on=page.more
            )
    assert asked == []


def test_at_the_second_a_stage_closes_nobody_can_write_there_any_more(cast, sign_in, clock_at):
    began = clock_at("2026-05-01T12:00")
    thread = make.thread(cast.member)
    stage = db.session.get_one(Stage, thread.stage_id)
    stage.closes_at = began + timedelta(hours=1)
    db.session.commit()
    client = sign_in(cast.member)

    def offered():
        page, list_ = page_of(client, thread), client.get("/exchanges/americas/stages/1").text
        return ["/edit" in page, "/posts/new" in page, "Start a thread" in list_]

    clock_at(began + timedelta(minutes=59, seconds=59))
    assert offered() == [True] * 3
    clock_at(began + timedelta(hours=1))
    assert offered() == [False] * 3
    assert "Closed" in client.get("/exchanges/americas/stages/1").text
    stage = db.session.get_one(Stage, thread.stage_id)
    stage.closes_at = began + timedelta(hours=2)
    db.session.commit()
    assert offered() == [True] * 3


def test_of_two_who_see_the_same_posts_each_changes_their_own(cast, sign_in):
    thread = make.thread(cast.member)
    answer = make.post(cast.neighbour, thread)
    mine, theirs = sign_in(cast.member), sign_in(cast.neighbour)
    for _twice in range(2):
        assert f"/posts/{answer.public_id}/edit" not in page_of(mine, thread)
        assert f"/posts/{answer.public_id}/edit" in page_of(theirs, thread)


def test_what_is_new_is_new_to_who_has_not_read_it(cast, sign_in):
    thread = make.thread(cast.member)
    reader, other = sign_in(cast.neighbour), sign_in(cast.expert)
    for client in (reader, other):
        client.send(f"/threads/{thread.public_id}/read", {"number": 1})
    make.post(cast.member, thread)
    assert [page_of(c, thread).count('class="post d0 new"') for c in (reader, other)] == [1, 1]
    reader.send(f"/threads/{thread.public_id}/read", {"number": 2})
    assert [page_of(c, thread).count('class="post d0 new"') for c in (reader, other)] == [0, 1]


def test_who_comes_into_a_project_may_at_once_say_what_solved_its_challenge(cast, sign_in):
    thread = make.thread(cast.member)
    solution = make.post(cast.neighbour, thread, kind="solution")
    client = sign_in(cast.outsider)
    mark = f"/posts/{solution.public_id}/solution"
    assert mark not in page_of(client, thread)
    belongs = ProjectMember(
        project_id=cast.projects["ceiba"].id,
        person_id=cast.outsider.id,
        side="member",
        role="member",
    )
    db.session.add(belongs)
    db.session.commit()
    assert mark in page_of(client, thread)
    belongs = db.session.get_one(ProjectMember, belongs.id)
    belongs.until, belongs.side = clock.now(), None
    db.session.commit()
    assert mark not in page_of(client, thread)


def test_a_topic_that_is_called_otherwise_is_so_on_every_page(cast, sign_in, clock_at):
    began = clock_at("2026-05-01T12:00")
    thread = make.thread(cast.member, topics=["fire"])
    client = sign_in(cast.member)
    assert "Fire" in page_of(client, thread)
    topic = db.session.scalars(select(Topic).where(Topic.slug == "fire")).one()
    topic.labels = {"en": "Wildfire"}
    db.session.commit()
    clock_at(began + timedelta(minutes=2))  # topics come by a command, known within a minute
    assert "Wildfire" in page_of(client, thread)
