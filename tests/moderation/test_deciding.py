"""Deciding about reports: what it does, who may, who is told, and that it happens once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.db import db
from forum.directory.models import ProjectMember
from forum.discussions import actions as discussions
from forum.discussions import queries as threads
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.moderation.kinds import ForAuthor, ForPost, Reason
from forum.moderation.models import Decision, FormalWarning, Report
from forum.moderation.queries import deciding, own
from tests.factories import discussions as make
from tests.factories import moderation as moderate
from tests.people import PASSWORD, viewer

pytestmark = pytest.mark.both_databases


def is_removed(post, cast):
    return threads.post_now(viewer(cast.facilitator), post.id).removed_at is not None


def decision_form(post, **more):
    return {
        "for_post": "removed",
        "for_author": "nothing",
        "reason": "personal_attack",
        "explanation": "Aquí nos tratamos con respeto.",
        "upto": str(deciding.reported(post.id).report_count),
    } | more


def test_a_report_waits_in_the_queue_until_it_is_decided(post, cast, sign_in, events):
    client = sign_in(cast.facilitator)
    assert "Nothing waits for a decision." in client.get("/moderation").text
    moderate.report(cast.delegate, post, note="Lo dijo de Ana.")
    moderate.report(cast.expert, post, reason=Reason.OTHER)
    assert "1 post waits for a decision." in client.get("/moderation").text
    page = client.get(f"/moderation/posts/{post.public_id}/decision").text
    assert "Palabras que sobran." in page
    assert "Lo dijo de Ana." in page
    sent = client.send(
        f"/moderation/posts/{post.public_id}/decision", decision_form(post, for_author="warned")
    )
    assert sent.status_code == 303
    assert "Nothing waits for a decision." in client.get("/moderation").text
    assert is_removed(post, cast)
    (decided,) = events("report.decided")
    (removed,) = events("post.removed")
    (warned,) = events("person.warned")
    assert warned.particulars["person"] == cast.neighbour.id
    for event in (decided, removed, warned):
        assert event.actor_id == cast.facilitator.id
        assert event.space_id == cast.spaces["network"].id
        assert "respeto" not in str(event.particulars)
    (decision,) = db.session.scalars(select(Decision))
    assert decision.act_id == removed.id
    assert {r.decision_id for r in db.session.scalars(select(Report))} == {decision.id}


def test_a_post_may_stay_and_come_back(post, cast):
    moderate.report(cast.delegate, post)
    moderate.decide(cast.facilitator, post, for_post=ForPost.KEPT)
    assert not is_removed(post, cast)
    other = make.post(cast.neighbour, post.thread)
    moderate.report(cast.delegate, other)
    moderate.report(cast.expert, other)
    moderate.decide(cast.facilitator, other, upto=1)
    assert is_removed(other, cast)
    assert deciding.waiting_count(viewer(cast.facilitator)) == 1
    moderate.decide(cast.facilitator, other, for_post=ForPost.RESTORED)
    assert not is_removed(other, cast)


def test_an_author_is_suspended_and_comes_back_by_the_clock(post, cast, clock_at, sign_in, client):
    clock_at("2026-05-01T12:00")
    moderate.report(cast.delegate, post)
    inside = sign_in(cast.neighbour)
    moderate.decide(cast.facilitator, post, for_author=ForAuthor.SUSPENDED, days=7)
    person = db.session.get(Person, cast.neighbour.id)
    assert person.suspended_until == datetime(2026, 5, 8, 12, tzinfo=UTC)
    assert person.suspended_reason == "Aquí nos tratamos con respeto."
    assert inside.get("/me").status_code == 303
    clock_at("2026-05-08T12:00")
    back = client.send("/sign-in", email=cast.neighbour.email, password=PASSWORD)
    assert back.status_code == 303


@pytest.mark.parametrize("days", [0, 91])
def test_a_suspension_out_of_bounds_undoes_nothing_else_either(post, cast, sign_in, days):
    moderate.report(cast.delegate, post)
    db.session.commit()
    with pytest.raises(Refused):
        moderate.decide(cast.facilitator, post, for_author=ForAuthor.SUSPENDED, days=days)
    db.session.rollback()
    sent = sign_in(cast.facilitator).send(
        f"/moderation/posts/{post.public_id}/decision",
        decision_form(post, for_author="suspended", days=str(days)),
    )
    assert sent.status_code == 422
    assert "Aquí nos tratamos con respeto." in sent.text
    assert not is_removed(post, cast)
    assert list(db.session.scalars(select(Decision))) == []


@pytest.mark.parametrize(
    "name", ["delegate", "member", "expert", "staff", "observer", "operator", "neighbour"]
)
def test_nobody_else_reads_or_decides(post, cast, sign_in, name):
    moderate.report(cast.coordinator, post)
    client = sign_in(cast.people[name])
    assert client.get("/moderation").status_code == 403
    assert client.get(f"/moderation/posts/{post.public_id}/decision").status_code in {403, 404}
    sent = client.send(f"/moderation/posts/{post.public_id}/decision", decision_form(post))
    assert sent.status_code in {403, 404}
    with pytest.raises(Exception, match=r".*"):
        moderate.decide(cast.people[name], post)


def test_an_operator_who_facilitates_nothing_sees_nothing(post, cast, sign_in):
    """The flag gives administration, not reading; nor does it take away from who facilitates."""
    db.session.get(Person, cast.loose_facilitator.id).is_operator = True
    db.session.flush()
    moderate.report(cast.delegate, post)
    assert sign_in(cast.operator).get("/moderation").status_code == 403
    assert sign_in(cast.loose_facilitator).get("/moderation").status_code == 200


def test_who_facilitates_does_not_decide_about_their_own_post(thread, cast, sign_in):
    own = make.post(cast.facilitator, thread, body="Palabras de quien facilita.")
    moderate.report(cast.delegate, own, note="Es por lo de ayer.")
    client = sign_in(cast.facilitator)
    queue = client.get("/moderation").text
    assert "Nothing waits for a decision." in queue
    page = client.get(f"/moderation/posts/{own.public_id}/decision")
    assert page.status_code == 403
    assert "Es por lo de ayer." not in page.text
    sent = client.send(f"/moderation/posts/{own.public_id}/decision", decision_form(own))
    assert sent.status_code == 403
    assert "1 post waits" in sign_in(cast.loose_facilitator).get("/moderation").text
    moderate.decide(cast.loose_facilitator, own)
    with pytest.raises(Forbidden):
        discussions.restore(
            viewer(cast.facilitator), threads.post_now(viewer(cast.facilitator), own.id)
        )


@pytest.mark.parametrize("name", ["staff", "loose_facilitator", "operator"])
def test_staff_facilitators_and_operators_are_not_suspended(thread, cast, sign_in, name):
    if name == "operator":
        db.session.get(Person, cast.expert.id).is_operator = True
        db.session.flush()
        author = cast.expert
    else:
        author = cast.people[name]
    theirs = make.post(author, thread)
    moderate.report(cast.delegate, theirs)
    db.session.commit()
    with pytest.raises(Forbidden):
        moderate.decide(cast.facilitator, theirs, for_author=ForAuthor.SUSPENDED, days=7)
    db.session.rollback()
    assert not is_removed(theirs, cast)
    assert db.session.get(Person, author.id).suspended_at is None
    page = sign_in(cast.facilitator).get(f"/moderation/posts/{theirs.public_id}/decision").text
    assert 'value="suspended"' not in page
    assert "suspended only by whoever runs the server" in page
    moderate.decide(cast.facilitator, theirs, for_author=ForAuthor.WARNED)


def test_why_somebody_of_a_coalition_is_not_suspended_stands_where_it_would_be_chosen(
    thread, cast, sign_in
):
    theirs = make.post(cast.delegate, thread)
    moderate.report(cast.neighbour, theirs)
    address = f"/moderation/posts/{theirs.public_id}/decision"
    outside = sign_in(cast.loose_facilitator).get(address).text
    assert "only who facilitates there suspends them" in outside
    assert 'value="suspended"' not in outside
    assert 'name="days"' not in outside
    inside = sign_in(cast.facilitator).get(address).text
    assert 'value="suspended"' in inside
    assert "suspends them" not in inside


def test_decided_twice_is_told_what_was_decided(post, cast, sign_in):
    moderate.report(cast.delegate, post)
    form = decision_form(post, for_post="kept", explanation="Lo que pensaba decir.")
    moderate.decide(cast.loose_facilitator, post, for_post=ForPost.KEPT)
    client = sign_in(cast.facilitator)
    sent = client.send(f"/moderation/posts/{post.public_id}/decision", form)
    assert sent.status_code == 409
    assert "Loose Facilitator already decided about this" in sent.text
    assert "Aquí nos tratamos con respeto." in sent.text
    assert "Lo que pensaba decir." in sent.text
    assert len(list(db.session.scalars(select(Decision)))) == 1


def test_the_same_form_twice_decides_once(post, cast, sign_in):
    moderate.report(cast.delegate, post)
    client, form = sign_in(cast.facilitator), decision_form(post, key="the-same-key-twice")
    url = f"/moderation/posts/{post.public_id}/decision"
    assert client.send(url, form).status_code == 303
    assert client.send(url, form).status_code == 303
    assert len(list(db.session.scalars(select(Decision)))) == 1


def test_two_who_decide_at_once_one_wins(post, cast, race):
    """Without holding the post both decide on PostgreSQL, and the author is warned twice."""
    moderate.report(cast.delegate, post)
    db.session.commit()
    deciders = [cast.facilitator, cast.loose_facilitator]

    def press(i):
        moderate.decide(deciders[i % 2], post, for_post=ForPost.KEPT, for_author=ForAuthor.WARNED)
        db.session.commit()

    ends = race(4, press)
    assert sum(end is None for end in ends) == 1
    refused = [end for end in ends if end is not None]
    assert all(isinstance(end, WrongState) for end in refused)
    assert all("already decided" in end.reason for end in refused)
    assert len(list(db.session.scalars(select(Decision)))) == 1
    assert len(list(db.session.scalars(select(FormalWarning)))) == 1
    assert len(list(db.session.scalars(select(Event).where(Event.verb == "report.decided")))) == 1


def test_a_report_that_came_meanwhile_stays_open(post, cast):
    moderate.report(cast.delegate, post)
    shown = deciding.reported(post.id).report_count
    moderate.report(cast.expert, post, note="Y además esto.")
    moderate.decide(cast.facilitator, post, for_post=ForPost.KEPT, upto=shown)
    (left,) = deciding.reports_on(post.id)
    assert left.note == "Y además esto."


def test_removed_straight_from_the_thread_its_reports_are_decided_too(post, cast, letters):
    moderate.report(cast.delegate, post)
    discussions.remove(viewer(cast.facilitator), post, reason="Insulta.")
    assert deciding.waiting_count(viewer(cast.facilitator)) == 0
    (decision,) = db.session.scalars(select(Decision))
    assert (decision.for_post, decision.explanation) == (ForPost.REMOVED, "Insulta.")
    assert [one.to_address for one in letters("report_decided")] == [cast.delegate.email]
    assert [one.to_address for one in letters("post_decided")] == [cast.neighbour.email]


def test_removed_by_its_author_its_reports_still_wait(post, cast, letters):
    moderate.report(cast.delegate, post)
    discussions.remove(viewer(cast.neighbour), post, reason="")
    assert deciding.waiting_count(viewer(cast.facilitator)) == 1
    assert letters() == []


def test_what_its_author_took_back_is_decided_about_and_not_restored(post, cast, sign_in):
    moderate.report(cast.delegate, post)
    discussions.remove(viewer(cast.neighbour), post, reason="")
    client, url = sign_in(cast.facilitator), f"/moderation/posts/{post.public_id}/decision"
    page = client.get(url).text
    assert 'value="kept"' in page
    assert 'value="restored"' not in page
    assert 'value="removed"' not in page
    assert client.send(url, decision_form(post, for_post="restored")).status_code == 403
    assert is_removed(post, cast)
    assert client.send(url, decision_form(post, for_post="kept")).status_code == 303
    assert deciding.waiting_count(viewer(cast.facilitator)) == 0


# --- who is told ----------------------------------------------------------------------------


def test_reporters_and_author_are_told_each_in_their_language(post, cast, letters):
    moderate.report(cast.delegate, post, note="Lo dijo de Ana.")
    moderate.report(cast.expert, post)
    moderate.decide(cast.facilitator, post, for_author=ForAuthor.WARNED)
    told = letters("report_decided")
    assert {one.to_address for one in told} == {cast.delegate.email, cast.expert.email}
    (author,) = letters("post_decided")
    assert (author.to_address, author.language) == (cast.neighbour.email, "es")
    for letter in (*told, author):
        for text in (letter.text, letter.html):
            assert "Aquí nos tratamos con respeto." in text
            assert "Palabras que sobran." not in text
            assert "Lo dijo de Ana." not in text
            assert "Un título" not in text
    assert cast.delegate.name not in author.text


def test_nothing_done_the_author_hears_nothing(post, cast, letters):
    moderate.report(cast.delegate, post)
    moderate.decide(cast.facilitator, post, for_post=ForPost.KEPT)
    assert letters("post_decided") == []
    assert len(letters("report_decided")) == 1


def test_who_is_suspended_is_still_told(post, cast, letters):
    moderate.report(cast.delegate, post)
    moderate.decide(cast.facilitator, post, for_author=ForAuthor.SUSPENDED, days=3)
    (told,) = letters("post_decided")
    assert told.to_address == cast.neighbour.email


def test_a_reporter_who_left_the_coalition_is_told_nothing_of_it(secret, cast, letters):
    moderate.report(cast.delegate, secret)
    moderate.report(cast.member, secret)
    left = db.session.scalars(
        select(ProjectMember).where(ProjectMember.person_id == cast.member.id)
    ).one()
    left.until, left.side = clock.now(), None
    db.session.flush()
    moderate.decide(cast.facilitator, secret)
    assert [one.to_address for one in letters("report_decided")] == [cast.delegate.email]


# --- warnings -------------------------------------------------------------------------------


def test_a_warning_is_shown_until_it_is_acknowledged(post, cast, sign_in, events):
    moderate.report(cast.delegate, post)
    moderate.decide(cast.facilitator, post, for_post=ForPost.KEPT, for_author=ForAuthor.WARNED)
    client = sign_in(cast.member)
    db.session.get(Person, cast.neighbour.id).locale = "en"
    warned = sign_in(cast.neighbour)
    (public_id,) = own.unread_warnings(cast.neighbour.id)
    url = f"/moderation/warnings/{public_id}"
    assert url in warned.get("/me").text
    assert url in warned.get("/").text
    assert url not in client.get("/me").text
    assert "Aquí nos tratamos con respeto." in warned.get(url).text
    assert client.get(url).status_code == 404
    assert sign_in(cast.facilitator).get(url).status_code == 404
    assert client.send(f"{url}/acknowledgement").status_code == 404
    for _twice in range(2):
        assert warned.send(f"{url}/acknowledgement").status_code == 303
    assert len(events("warning.acknowledged")) == 1
    assert url not in warned.get("/me").text
    assert url not in warned.get("/").text
    assert "You read it on" in warned.get(url).text


# --- bad input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"for_post": None},
        {"for_post": "burned"},
        {"for_author": "hanged"},
        {"reason": "no such"},
        {"explanation": "  "},
        {"explanation": "x" * 501},
        {"days": "many", "for_author": "suspended"},
        {"days": "99999999999999999999", "for_author": "suspended"},
        {"days": "", "for_author": "suspended"},
    ],
)
def test_bad_input_is_told_and_kept(post, cast, sign_in, row_counts, fields):
    moderate.report(cast.delegate, post)
    client, form = sign_in(cast.facilitator), decision_form(post)
    db.session.commit()
    before = row_counts()
    sent = client.send(f"/moderation/posts/{post.public_id}/decision", form | fields)
    assert sent.status_code == 422
    kept = (form | fields)["explanation"].strip()
    assert kept in sent.text
    assert row_counts() == before


def test_what_cannot_be_done_with_the_post_is_told(post, cast, sign_in):
    moderate.report(cast.delegate, post)
    sent = sign_in(cast.facilitator).send(
        f"/moderation/posts/{post.public_id}/decision", decision_form(post, for_post="restored")
    )
    assert sent.status_code == 409
    assert "This post is not removed." in sent.text
    assert list(db.session.scalars(select(Decision))) == []


@pytest.mark.parametrize("upto", ["", "-1", "x", "0", "9" * 40])
def test_a_form_whose_count_was_lost_decides_nothing(post, cast, sign_in, upto):
    moderate.report(cast.delegate, post)
    sent = sign_in(cast.facilitator).send(
        f"/moderation/posts/{post.public_id}/decision", decision_form(post, upto=upto)
    )
    assert sent.status_code == 409
    assert list(db.session.scalars(select(Decision))) == []


def test_what_was_decided_stands_in_the_list_of_who_reported_and_who_wrote(post, cast, sign_in):
    db.session.get(Person, cast.neighbour.id).locale = "en"
    moderate.report(cast.delegate, post)
    db.session.commit()
    answered = sign_in(cast.facilitator).send(
        f"/moderation/posts/{post.public_id}/decision",
        decision_form(post, for_post="removed", for_author="warned"),
    )
    assert answered.status_code == 303
    reported, wrote = "about a post that you reported", "about a post of yours"
    page = sign_in(cast.delegate).get("/notifications").text
    assert reported in page
    assert wrote not in page
    page = sign_in(cast.neighbour).get("/notifications").text
    assert wrote in page
    assert reported not in page
    assert cast.delegate.name not in page
    assert "you reported" not in sign_in(cast.member).get("/notifications").text


def test_who_has_no_address_is_told_in_their_list(post, cast, sign_in, letters):
    for person, handle in ((cast.delegate, "delegada"), (cast.neighbour, "vecina")):
        stored = db.session.get(Person, person.id)
        stored.handle, stored.email, stored.locale = handle, None, "en"
    moderate.report(cast.delegate, post)
    db.session.commit()
    sent = sign_in(cast.facilitator).send(
        f"/moderation/posts/{post.public_id}/decision", decision_form(post)
    )
    assert sent.status_code == 303
    assert "about a post that you reported" in sign_in(cast.delegate).get("/notifications").text
    assert "about a post of yours" in sign_in(cast.neighbour).get("/notifications").text
    assert letters() == []
