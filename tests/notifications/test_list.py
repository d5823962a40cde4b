"""The list in the app: what it shows, how it is marked read, and how it closes at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from forum.db import db
from forum.directory.models import ProjectMember
from forum.discussions import actions as talking
from forum.discussions.models import Thread
from forum.lib import clock
from forum.notifications.kinds import Level, What
from forum.notifications.models import Notification, Subscription
from forum.spaces.models import SpaceMember
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.people import Cast, viewer

TITLE = "Costos que nadie cubre"
BELL = re.compile(r'class="bell".*?</a>', re.DOTALL)
SignIn = Callable[..., Any]


def unread(client: Any) -> str:
    """What the header of any page says about what is unread."""
    found = BELL.search(client.get("/terms").text)
    assert found
    number = re.search(r"<b[^>]*>(.*?)</b>", found[0])
    return number[1] if number else ""


def test_an_entry_says_who_wrote_and_leads_to_the_first_new_post(
    app: Flask, cast: Cast, sign_in: SignIn
) -> None:
    thread = talk.thread(cast.member, title=TITLE)
    first = talk.post(cast.neighbour, thread)
    talk.post(cast.expert, thread)
    page = sign_in(cast.member).get("/notifications").text
    assert page.count(TITLE) == 2  # the link, and the name of its button
    assert f'href="/posts/{first.public_id}"' in page
    assert "2 posts by Expert and Neighbour." in page
    talk.post(cast.staff, thread)
    talk.post(cast.guest, thread)
    page = sign_in(cast.member).get("/notifications").text
    assert "4 posts by Guest, Staff and 2 others." in page
    assert "Answers you" in page


def test_every_page_counts_what_is_unread_and_the_end_of_the_thread_reads_it(
    app: Flask, cast: Cast, sign_in: SignIn
) -> None:
    thread = talk.thread(cast.member, title=TITLE)
    talk.post(cast.neighbour, thread)
    talk.post(cast.expert, thread)
    client = sign_in(cast.member)
    assert unread(client) == "1"
    client.send(f"/threads/{thread.public_id}/read", number=3)
    assert unread(client) == ""
    page = client.get("/notifications").text
    assert TITLE in page
    assert "row new" not in page


def test_marking_all_or_one_as_read_leaves_what_came_later(
    app: Flask, cast: Cast, sign_in: SignIn, clock_at: Callable[..., Any]
) -> None:
    clock_at("2026-03-01T12:00")
    one, other = talk.thread(cast.member), talk.thread(cast.member, title=TITLE)
    talk.post(cast.neighbour, one)
    client = sign_in(cast.member)
    shown = re.search(r'name="until" value="([^"]+)"', client.get("/notifications").text)
    assert shown
    clock_at("2026-03-01T12:01")
    talk.post(cast.neighbour, other)
    db.session.commit()
    client.send("/notifications/read", until=shown[1])
    assert unread(client) == "1"
    client.send("/notifications/read", thread=one.public_id)
    assert unread(client) == "1"
    client.send("/notifications/read", thread=other.public_id)
    client.send("/notifications/read", thread=other.public_id)
    assert unread(client) == ""


def test_a_proposals_entry_is_marked_read_too(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    proposal = votes.in_discussion(cast, title=TITLE)
    votes.open_vote(cast, proposal)
    client = sign_in(cast.alternate)
    assert "It was put to the vote." in client.get("/notifications").text
    assert unread(client) == "1"
    client.send("/notifications/read", proposal=proposal.public_id)
    assert unread(client) == ""


def test_who_votes_need_not_be_told_of_the_vote_any_more(
    app: Flask, cast: Cast, sign_in: SignIn
) -> None:
    proposal = votes.in_discussion(cast)
    votes.open_vote(cast, proposal)
    voter = cast.delegates["encinos"]
    assert unread(sign_in(voter)) == "1"
    votes.cast_by(voter, proposal)
    assert unread(sign_in(voter)) == ""


def _narrow(cast: Cast, thread: Any) -> None:
    db.session.execute(
        update(Thread).where(Thread.id == thread.id).values(space_id=cast.spaces["staff"].id)
    )


def _leave(cast: Cast, _thread: Any) -> None:
    db.session.execute(
        update(ProjectMember)
        .where(ProjectMember.person_id == cast.neighbour.id)
        .values(until=clock.now(), side=None)
    )


def _put_out(cast: Cast, _thread: Any) -> None:
    project = cast.project_of(cast.neighbour)
    db.session.execute(delete(SpaceMember).where(SpaceMember.project_id == project.id))


def _remove(cast: Cast, thread: Any) -> None:
    db.session.execute(update(Thread).where(Thread.id == thread.id).values(removed_at=clock.now()))


@pytest.mark.both_databases
@pytest.mark.parametrize("close", [_narrow, _leave, _put_out, _remove])
def test_what_leaves_ones_sight_leaves_list_count_and_following_at_once(
    app: Flask, cast: Cast, sign_in: SignIn, close: Callable[..., None]
) -> None:
    thread = talk.thread(cast.member, title=TITLE, space=cast.spaces["coalition"])
    talk.post(cast.neighbour, thread)
    talk.post(cast.member, thread)
    client = sign_in(cast.neighbour)
    assert unread(client) == "1"
    assert TITLE in client.get("/notifications").text
    assert TITLE in client.get("/notifications/following").text
    close(cast, thread)
    db.session.commit()
    assert unread(client) == ""
    assert TITLE not in client.get("/notifications").text
    assert TITLE not in client.get("/notifications/following").text


def test_a_guests_entries_close_with_the_invitation(
    app: Flask, cast: Cast, sign_in: SignIn
) -> None:
    thread = talk.thread(cast.member, title=TITLE, space=cast.spaces["coalition"])
    talking.invite_guest(viewer(cast.delegate), thread, cast.guest)
    talk.post(cast.guest, thread)
    talk.post(cast.member, thread)
    client = sign_in(cast.guest)
    assert unread(client) == "1"
    assert TITLE in client.get("/notifications").text
    talking.end_guest(viewer(cast.delegate), thread, cast.guest)
    db.session.commit()
    assert unread(client) == ""
    assert TITLE not in client.get("/notifications").text


def test_one_thread_is_followed_by_a_button_and_left_by_another(
    app: Flask, cast: Cast, sign_in: SignIn
) -> None:
    thread = talk.thread(cast.member, title=TITLE)
    client, address = sign_in(cast.expert), f"/threads/{thread.public_id}/watch"
    assert address in client.get(f"/threads/{thread.public_id}").text
    answer = client.send(address, level="watch")
    assert answer.location == f"/threads/{thread.public_id}"
    assert "You are told of every new post" in client.get(f"/threads/{thread.public_id}").text
    assert TITLE in client.get("/notifications/following").text
    answer = client.send(address, {"level": "none", "from": "following"})
    assert answer.location == "/notifications/following"
    assert TITLE not in client.get("/notifications/following").text


@pytest.mark.parametrize(
    ("what", "page"),
    [
        (What.STAGE, "/exchanges/americas/stages/1"),
        (What.TOPIC, "/topics/fire"),
        (What.EXCHANGE, "/exchanges/americas"),
    ],
)
def test_a_place_is_muted_by_a_button_on_its_page(
    app: Flask, cast: Cast, sign_in: SignIn, what: What, page: str
) -> None:
    talk.some_stage()
    client = sign_in(cast.expert)
    assert f'action="{page}/watch"' in client.get(page).text
    shown = client.send(f"{page}/watch", level="mute", htmx=True)
    assert "Muted" in shown.text
    kept = db.session.scalars(select(Subscription)).one()
    assert (kept.person_id, kept.what, kept.level) == (cast.expert.id, what, Level.MUTE)
    assert f'action="{page}/watch"' in client.get("/notifications/following").text


def test_an_unknown_level_is_refused_with_words(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    thread = talk.thread(cast.member)
    answer = sign_in(cast.expert).send(f"/threads/{thread.public_id}/watch", level="shout")
    assert answer.status_code == 422
    assert db.session.scalar(select(Subscription).filter_by(person_id=cast.expert.id)) is None


def test_the_list_is_paged_and_costs_the_same_however_long_it_is(
    app: Flask, cast: Cast, sign_in: SignIn, statements: Callable[..., Any]
) -> None:
    first = talk.thread(cast.member, title="Conversación 0")
    talk.post(cast.neighbour, first)
    client = sign_in(cast.member)
    client.get("/notifications")
    with statements() as short:
        client.get("/notifications")
    for number in range(1, 30):
        talk.post(cast.neighbour, talk.thread(cast.member, title=f"Conversación {number}"))
    db.session.commit()
    with statements() as long:
        page = client.get("/notifications").text
    assert len(short) == len(long) <= 8
    later = re.search(r'href="(/notifications\?after=[^"]+)"', page)
    assert later
    rest = client.get(later[1]).text
    titles = re.findall(r"<h2><a [^>]*>(Conversación \d+)", page + rest)
    assert titles == [f"Conversación {number}" for number in reversed(range(30))]
    assert unread(client) == "30"


def test_an_entry_of_a_thread_without_posts_left_still_shows(
    app: Flask, cast: Cast, sign_in: SignIn
) -> None:
    thread = talk.thread(cast.member, title=TITLE)
    talking.lock(viewer(cast.facilitator), thread, reason="Todo está dicho.")
    page = sign_in(cast.member).get("/notifications").text
    assert "The thread was locked." in page
    assert db.session.scalars(select(Notification.post_id)).one() is None
