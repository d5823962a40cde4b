"""Reporting a post: once per person, with a reason, by whoever takes part and reads it."""

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.db import db
from forum.discussions import actions as discussions
from forum.discussions import queries as threads
from forum.lib.permission import Forbidden, WrongState
from forum.moderation import policy
from forum.moderation.kinds import ForPost, Reason
from forum.moderation.models import Report
from tests.factories import discussions as make
from tests.factories import moderation as moderate
from tests.people import viewer

pytestmark = pytest.mark.both_databases


def reports():
    return list(db.session.scalars(select(Report).order_by(Report.id)))


def test_a_report_is_sent_from_the_post(thread, post, cast, sign_in, events):
    client = sign_in(cast.delegate)
    page = client.get(f"/threads/{thread.public_id}").text
    assert f'href="/posts/{post.public_id}/reports"' in page
    assert client.get(f"/posts/{post.public_id}/reports").status_code == 200
    sent = client.send(
        f"/posts/{post.public_id}/reports", reason="personal_attack", note="Insulta."
    )
    assert sent.status_code == 303
    (made,) = reports()
    assert (made.reporter_id, made.reason, made.note) == (
        cast.delegate.id,
        Reason.PERSONAL_ATTACK,
        "Insulta.",
    )
    (event,) = events("report.made")
    assert "Insulta" not in str(event.particulars)


def test_reported_again_the_note_is_changed(post, cast, sign_in, events):
    client = sign_in(cast.delegate)
    url = f"/posts/{post.public_id}/reports"
    client.send(url, reason="personal_attack", note="Insulta.")
    assert "Insulta." in client.get(url).text
    client.send(url, reason="other", note="Insulta a una persona.")
    (made,) = reports()
    assert (made.reason, made.note) == (Reason.OTHER, "Insulta a una persona.")
    assert len(events("report.made")) == 1


def test_many_presses_at_once_leave_one_report(post, cast, race):
    db.session.commit()

    def press(_i):
        moderate.report(cast.delegate, post)
        db.session.commit()

    assert race(6, press) == [None] * 6
    assert len(reports()) == 1


@pytest.mark.parametrize("name", ["expert", "member", "delegate", "facilitator", "staff"])
def test_whoever_takes_part_reports(post, cast, name):
    moderate.report(cast.people[name], post)


@pytest.mark.parametrize("name", ["neighbour", "observer", "operator"])
def test_its_author_observers_and_operators_do_not(post, cast, name, sign_in):
    client = sign_in(cast.people[name])
    sent = client.send(f"/posts/{post.public_id}/reports", reason="other")
    assert sent.status_code in {403, 404}
    assert reports() == []


def test_nothing_is_reported_where_nobody_facilitates(app, cast):
    thread = make.thread(cast.staff, space=cast.spaces["staff"])
    (first,) = threads.post_rows(thread).posts
    assert not policy.can_report(viewer(cast.colleague), thread, first)


def test_a_post_one_cannot_read_is_not_there(secret, cast, sign_in):
    for name in ("staff", "outsider", "expert", "observer", "operator", "loose_facilitator"):
        client = sign_in(cast.people[name])
        assert client.get(f"/posts/{secret.public_id}/reports").status_code == 404
        sent = client.send(f"/posts/{secret.public_id}/reports", reason="other")
        assert sent.status_code == 404


def test_a_removed_post_is_not_reported(post, cast):
    discussions.remove(viewer(cast.facilitator), post, reason="Insulta.")
    with pytest.raises(Forbidden):
        moderate.report(cast.delegate, post)


def test_what_was_decided_is_not_reported_again_until_it_changes(post, cast, sign_in):
    moderate.report(cast.delegate, post)
    moderate.decide(cast.facilitator, post, for_post=ForPost.KEPT)
    client = sign_in(cast.delegate)
    page = client.get(f"/posts/{post.public_id}/reports").text
    assert "Aquí nos tratamos con respeto." in page
    assert "<textarea" not in page
    with pytest.raises(WrongState):
        moderate.report(cast.delegate, post)
    author = viewer(cast.neighbour)
    discussions.edit(
        author,
        threads.post_now(author, post.id),
        version=1,
        body="Otras palabras que sobran.",
        html="<p>Otras palabras que sobran.</p>",
        language="es",
    )
    moderate.report(cast.delegate, post)
    assert len(reports()) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"reason": "no such"},
        {"reason": ""},
        {"reason": "other", "note": "x" * 501},
        {"reason": "other", "note": "�"},
    ],
)
def test_bad_input_is_told_and_kept(post, cast, sign_in, row_counts, fields):
    client = sign_in(cast.delegate)
    db.session.commit()
    before = row_counts()
    sent = client.send(f"/posts/{post.public_id}/reports", **({"note": "Lo que dije."} | fields))
    assert sent.status_code == 422
    assert fields.get("note", "Lo que dije.") in sent.text
    assert row_counts() == before


def test_a_guest_reports_in_the_one_thread_they_read(secret, cast):
    thread = threads.thread_row(secret.thread_id)
    host = viewer(cast.facilitator)
    discussions.invite_guest(host, thread, db.session.get(Person, cast.guest.id))
    made = moderate.report(cast.guest, secret)
    assert made.reporter_id == cast.guest.id


def test_a_report_has_no_reader_but_who_decides(post, cast, sign_in):
    moderate.report(cast.delegate, post, note="Es por lo de ayer.")
    for name in ("neighbour", "member", "staff", "operator", "observer"):
        client = sign_in(cast.people[name])
        for url in (
            "/moderation",
            f"/moderation/posts/{post.public_id}/decision",
            f"/threads/{post.thread.public_id}",
            f"/posts/{post.public_id}/reports",
            "/moderation/record",
        ):
            assert "Es por lo de ayer." not in client.get(url).text


def test_every_page_leads_who_facilitates_to_the_reports(cast, sign_in):
    link = "Reported posts</a>"
    assert link in sign_in(cast.facilitator).get("/challenges").text
    assert link not in sign_in(cast.staff).get("/challenges").text
