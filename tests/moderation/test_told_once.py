"""Removed, restored, warned, suspended: each person it concerns is told, with reasons, once."""

import pytest
from sqlalchemy import select, update

from forum.accounts.models import Person
from forum.db import db
from forum.discussions import actions as discussions
from forum.discussions import queries as threads
from forum.discussions.actions import Speaker
from forum.discussions.kinds import Consent
from forum.moderation.kinds import ForAuthor, ForPost
from forum.moderation.models import Decision
from forum.moderation.queries import own
from forum.notifications.kinds import Reason
from forum.notifications.models import Notification
from tests.factories import moderation as moderate
from tests.people import viewer

pytestmark = pytest.mark.both_databases

DECIDED, OURS = "/moderation/decisions", "about a post of yours"


@pytest.fixture(autouse=True)
def in_english(app, cast):
    db.session.execute(update(Person).values(locale="en"))


def press(client, post, door, **fields):
    sent = client.send(f"/posts/{post.public_id}/{door}", **fields)
    assert sent.status_code == 303


def told(person):
    """The entries of somebody's list that say that it was decided, and why they are told."""
    rows = db.session.execute(
        select(Notification.reasons).where(Notification.person_id == person.id)
    ).scalars()
    return [Reason(one) & (Reason.DECIDED | Reason.REPORTED) for one in rows]


def to(letters):
    return [one.to_address for one in letters]


def test_a_post_nobody_reported_is_removed_and_its_author_reads_why(post, cast, sign_in, letters):
    db.session.commit()
    press(sign_in(cast.facilitator), post, "removal", reason="Nombra a un comprador.")
    assert told(cast.neighbour) == [Reason.DECIDED]
    author = sign_in(cast.neighbour)
    page = author.get("/notifications").text
    assert OURS in page
    assert f'href="{DECIDED}"' in page
    page = author.get(DECIDED).text
    assert "The post was removed." in page
    assert "Nombra a un comprador." in page
    assert "Palabras que sobran." not in page
    (letter,) = letters("post_decided")
    assert letter.to_address == cast.neighbour.email
    for text in (letter.text, letter.html):
        assert "Nombra a un comprador." in text
        assert DECIDED in text
        assert "Another reason" not in text
    for name in ("member", "delegate", "facilitator", "staff", "operator"):
        assert told(cast.people[name]) == []
        assert "Nombra a un comprador." not in sign_in(cast.people[name]).get(DECIDED).text


def test_who_has_no_address_is_told_of_it_too(post, cast, sign_in, letters):
    stored = db.session.get(Person, cast.neighbour.id)
    stored.handle, stored.email = "vecina", None
    db.session.commit()
    press(sign_in(cast.facilitator), post, "removal", reason="Insulta.")
    assert letters() == []
    assert OURS in sign_in(cast.neighbour).get("/notifications").text


def test_a_thread_removed_with_its_first_post_is_told_of_too(thread, cast, sign_in):
    first = threads.post_now(viewer(cast.member), threads.post_rows(thread).posts[0].id)
    db.session.commit()
    press(sign_in(cast.facilitator), first, "removal", reason="Es publicidad.")
    author = sign_in(cast.member)
    assert OURS in author.get("/notifications").text
    assert "Es publicidad." in author.get(DECIDED).text


def test_what_one_removes_of_ones_own_tells_nobody(post, cast, sign_in, letters):
    db.session.commit()
    client = sign_in(cast.neighbour)
    press(client, post, "removal")
    press(client, post, "removal/withdrawal")
    assert (told(cast.neighbour), letters()) == ([], [])
    assert db.session.scalars(select(Decision)).all() == []


def test_brought_back_in_its_thread_author_and_reporters_are_told(post, cast, sign_in, letters):
    moderate.report(cast.delegate, post)
    db.session.commit()
    client = sign_in(cast.facilitator)
    press(client, post, "removal", reason="Insulta.")
    assert told(cast.delegate) == [Reason.REPORTED]
    press(client, post, "removal/withdrawal")
    assert to(letters("post_decided")) == [cast.neighbour.email] * 2
    assert to(letters("report_decided")) == [cast.delegate.email] * 2
    removed, restored = letters("post_decided")
    assert "The post was removed." in removed.text
    assert "The post was restored." in restored.text
    assert "Reasons" not in restored.text
    for name in ("neighbour", "delegate"):
        page = sign_in(cast.people[name]).get(DECIDED).text
        assert page.index("The post was restored.") < page.index("The post was removed.")
    assert (
        "The post was restored."
        in sign_in(cast.delegate).get(f"/posts/{post.public_id}/reports").text
    )
    assert told(cast.expert) == []


def test_brought_back_by_a_decision_who_reported_before_is_told_too(post, cast, letters):
    moderate.report(cast.delegate, post)
    moderate.report(cast.expert, post)
    moderate.decide(cast.facilitator, post, upto=1)
    moderate.decide(cast.loose_facilitator, post, for_post=ForPost.RESTORED)
    assert sorted(to(letters("report_decided"))) == sorted(
        [cast.delegate.email, cast.delegate.email, cast.expert.email]
    )
    assert to(letters("post_decided")) == [cast.neighbour.email] * 2


def test_who_reported_what_was_brought_back_reports_it_again_once_it_changed(post, cast):
    moderate.report(cast.delegate, post)
    moderate.decide(cast.facilitator, post)
    me = viewer(cast.facilitator)
    discussions.restore(me, threads.post_now(me, post.id))
    now = threads.post_now(me, post.id)
    assert own.last_decision_for(viewer(cast.delegate), post.id) == now.version


@pytest.mark.parametrize(
    ("for_post", "for_author", "days"),
    [
        (ForPost.REMOVED, ForAuthor.NOTHING, 0),
        (ForPost.KEPT, ForAuthor.WARNED, 0),
        (ForPost.REMOVED, ForAuthor.WARNED, 0),
        (ForPost.KEPT, ForAuthor.SUSPENDED, 5),
    ],
)
def test_each_is_told_once_however_much_is_decided(
    post, cast, letters, clock_at, sign_in, for_post, for_author, days
):
    moderate.report(cast.delegate, post)
    moderate.report(cast.expert, post)
    moderate.decide(cast.facilitator, post, for_post=for_post, for_author=for_author, days=days)
    db.session.commit()
    assert to(letters("post_decided")) == [cast.neighbour.email]
    assert sorted(to(letters("report_decided"))) == sorted([cast.delegate.email, cast.expert.email])
    assert told(cast.neighbour) == [Reason.DECIDED]
    assert told(cast.delegate) == told(cast.expert) == [Reason.REPORTED]
    clock_at("2099-01-01T12:00")  # also who was suspended comes back to it
    author = sign_in(db.session.get(Person, cast.neighbour.id))
    assert "Aquí nos tratamos con respeto." in author.get(DECIDED).text


def test_words_that_somebody_claimed_are_theirs_to_answer_for(thread, cast, sign_in, letters):
    writer, speaker = viewer(cast.facilitator), cast.delegates["encinos"]
    post = discussions.reply_for(
        writer,
        thread,
        Speaker("Don Chepe, técnico", cast.projects["encinos"].id, Consent.PHONE),
        body="Así.",
        html="<p>Así.</p>",
        language="es",
    )
    placed = threads.post_now(writer, post.id)
    discussions.claim_words(viewer(speaker), placed)
    discussions.confirm_speaker(writer, placed)
    moderate.report(cast.delegate, placed)
    moderate.decide(cast.loose_facilitator, placed, for_author=ForAuthor.WARNED)
    db.session.commit()
    assert to(letters("post_decided")) == [speaker.email]
    assert told(speaker) == [Reason.DECIDED]
    page = sign_in(speaker).get(DECIDED).text
    assert "Aquí nos tratamos con respeto." in page
    assert "Read the warning" in page


def test_a_removal_in_a_coalition_is_told_to_its_author_alone(secret, cast, sign_in):
    db.session.commit()
    press(sign_in(cast.facilitator), secret, "removal", reason="Habla de precios.")
    assert told(cast.neighbour) == [Reason.DECIDED]
    for name in ("staff", "expert", "operator", "observer", "loose_facilitator", "member"):
        client = sign_in(cast.people[name])
        assert "Habla de precios." not in client.get(DECIDED).text
        assert told(cast.people[name]) == []
        assert own.own_decisions(viewer(cast.people[name])).rows == []
