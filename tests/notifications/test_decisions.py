"""What was decided about a post is read by whom it concerns, whatever became of post and thread."""

import re

import pytest
from sqlalchemy import delete, select, update

from forum.accounts.models import Person
from forum.db import db
from forum.directory.models import ProjectMember
from forum.discussions.models import Post, Thread
from forum.lib import clock
from forum.moderation.kinds import ForAuthor, ForPost
from forum.notifications.models import Notification
from forum.spaces.models import SpaceMember
from tests.factories import discussions as talk
from tests.factories import moderation as moderate
from tests.notifications.test_list import unread

pytestmark = pytest.mark.both_databases

TITLE = "Costos que nadie cubre"
WHY = "Aquí nos tratamos con respeto."
PAGE = "/moderation/decisions"


@pytest.fixture
def thread(app, cast):
    """Of a member, in the coalition's space."""
    return talk.thread(cast.member, title=TITLE, space=cast.spaces["coalition"])


def reader(cast):
    """Somebody of another project of the coalition."""
    return cast.delegates["encinos"]


def first_post(thread):
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id)).first()


def entries(client):
    return client.get("/notifications").text


def leave(cast, person):
    """They are not of the coalition any more."""
    project = cast.project_of(person)
    db.session.execute(delete(SpaceMember).where(SpaceMember.project_id == project.id))
    db.session.execute(
        update(ProjectMember)
        .where(ProjectMember.person_id == person.id)
        .values(until=clock.now(), side=None)
    )
    db.session.commit()


def test_a_thread_removed_by_the_decision_leads_both_to_what_was_decided(thread, cast, sign_in):
    first = first_post(thread)
    moderate.report(reader(cast), first)
    moderate.decide(cast.facilitator, first)
    for who, told in ((cast.member, "Your post"), (reader(cast), "You reported it")):
        client = sign_in(who)
        assert unread(client) == "1"
        page = entries(client)
        assert "Who facilitates decided about a post" in page
        assert f'<h2><a href="{PAGE}" lang="es">{TITLE}</a>' in page
        decided = client.get(PAGE)
        assert decided.status_code == 200
        assert told in decided.text
        assert "The post was removed." in decided.text
        assert WHY in decided.text
        assert reader(cast).name not in decided.text.partition("<main")[2]
        client.send("/notifications/read", thread=thread.public_id)
        assert unread(client) == ""
    assert WHY not in sign_in(cast.delegate).get(PAGE).text
    assert TITLE not in entries(sign_in(cast.delegate))


def test_the_author_reads_it_where_the_thread_is_hidden_by_now(thread, cast, sign_in):
    first = first_post(thread)
    moderate.report(reader(cast), first)
    leave(cast, cast.member)
    moderate.decide(cast.facilitator, first, for_author=ForAuthor.WARNED)
    client = sign_in(cast.member)
    assert unread(client) == "1"
    for page in (entries(client), client.get(PAGE).text):
        assert TITLE not in page
        assert f"/threads/{thread.public_id}" not in page
        assert f"/posts/{first.public_id}" not in page
    assert f'<a href="{PAGE}">A post of yours</a>' in entries(client)
    page = client.get(PAGE).text
    assert WHY in page
    assert "The conversation is not yours to read any more." in page
    warning = re.search(r'href="(/moderation/warnings/\w+)"', page)
    assert client.get(warning[1]).status_code == 200
    client.send("/notifications/read", thread=thread.public_id)
    assert unread(client) == ""


def test_who_reported_and_reads_it_no_more_is_told_nothing_of_it(thread, cast, sign_in):
    first = first_post(thread)
    moderate.report(reader(cast), first)
    moderate.decide(cast.facilitator, first)
    client = sign_in(reader(cast))
    assert unread(client) == "1"
    leave(cast, reader(cast))
    assert unread(client) == ""
    for page in (entries(client), client.get(PAGE).text):
        assert TITLE not in page
        assert WHY not in page
        assert "decided about a post" not in page


def test_of_a_hidden_thread_the_decision_alone_is_left(thread, cast, sign_in):
    own = talk.post(reader(cast), thread, body="Palabras que sobran.")
    moderate.report(cast.member, own)
    moderate.decide(cast.facilitator, own, for_post=ForPost.KEPT, for_author=ForAuthor.WARNED)
    talk.post(cast.member, thread, body="Y otra cosa.", parent=own)
    client = sign_in(reader(cast))
    page = entries(client)
    assert TITLE in page
    assert "1 post by Member." in page
    assert f'<a href="{PAGE}">What was decided</a>' in page
    leave(cast, reader(cast))
    page = entries(client)
    assert TITLE not in page
    assert "1 post by" not in page
    assert "Answers you" not in page
    assert "Who facilitates decided about a post of yours." in page
    assert unread(client) == "1"


def test_who_is_suspended_by_it_finds_it_when_they_come_back(thread, cast, sign_in, clock_at):
    start = clock_at("2026-03-01T12:00")
    first = first_post(thread)
    moderate.report(reader(cast), first)
    moderate.decide(cast.facilitator, first, for_author=ForAuthor.SUSPENDED, days=7)
    db.session.commit()
    clock_at(start.replace(day=10))
    client = sign_in(db.session.get(Person, cast.member.id))
    assert unread(client) == "1"
    assert "Your account was suspended until" in client.get(PAGE).text


def test_nobody_reads_what_was_decided_about_nothing(thread, cast, sign_in):
    """A report without consequences is no matter of the author's."""
    first = first_post(thread)
    moderate.report(reader(cast), first)
    moderate.decide(cast.facilitator, first, for_post=ForPost.KEPT)
    assert WHY in sign_in(reader(cast)).get(PAGE).text
    assert WHY not in sign_in(cast.member).get(PAGE).text
    assert not db.session.scalars(
        select(Notification).where(Notification.person_id == cast.member.id)
    ).all()


def test_an_entry_of_somebody_else_is_not_marked_read(thread, cast, sign_in):
    db.session.execute(update(Thread).where(Thread.id == thread.id).values(removed_at=clock.now()))
    db.session.commit()
    outside = sign_in(cast.outsider)
    assert outside.send("/notifications/read", thread=thread.public_id).status_code == 404
