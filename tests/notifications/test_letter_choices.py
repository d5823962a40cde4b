"""How one chooses what comes by letter, and how one stops it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Person
from forum.asks.models import Ask
from forum.coalition.models import RulesChange
from forum.coalition.tally import Rules
from forum.db import db
from forum.lib import clock
from forum.lobby.samples import samples
from forum.mail import sending
from forum.mail.models import Letter
from forum.notifications import actions
from forum.notifications.actions import letters as writing
from forum.notifications.kinds import Level, Matter, Pace, What
from forum.notifications.models import LetterPlan
from forum.notifications.stopping import SUMMARY, stop_token
from tests.factories import asks as asking
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.mail.world import World, listening, mail_goes_to
from tests.people import Cast, viewer

FORM = {
    "personal": "daily",
    "votes": "never",
    "proposals": "weekly",
    "followed": "at_once",
    "sessions": "never",
    "quiet_days": ["7", "6"],
    "notice_only": "y",
    "version": "1",
}


def plan(person: Any) -> LetterPlan:
    db.session.rollback()
    return db.session.scalars(
        select(LetterPlan).filter_by(person_id=person.id).execution_options(populate_existing=True)
    ).one()


def test_what_one_chooses_is_kept(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.member)
    page = client.get("/me/letters")
    assert cast.member.email in page.text
    assert client.send("/me/letters", FORM).status_code == 303
    kept = plan(cast.member)
    assert (kept.personal, kept.votes, kept.followed) == (Pace.DAILY, Pace.NEVER, Pace.AT_ONCE)
    assert (kept.quiet_days, kept.notice_only, kept.version) == ("67", True, 2)
    again = client.get("/me/letters").text
    assert 'selected value="never"' in again


@pytest.mark.parametrize(
    ("field", "value"), [("personal", "hourly"), ("followed", ""), ("quiet_days", "8")]
)
def test_what_is_no_choice_is_refused(cast: Cast, sign_in: Any, field: str, value: str) -> None:
    answer = sign_in(cast.member).send("/me/letters", {**FORM, field: value})
    assert answer.status_code == 422
    assert db.session.scalars(select(LetterPlan)).all() == []


def test_a_choice_made_in_another_window_meanwhile_is_not_undone(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.member)
    client.send("/me/letters", FORM)
    answer = client.send("/me/letters", {**FORM, "votes": "at_once"})
    assert answer.status_code == 409
    assert plan(cast.member).votes is Pace.NEVER


def test_both_pages_lead_there(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.member)
    for page in ("/notifications", "/me"):
        assert 'href="/me/letters"' in client.get(page).text


def test_who_may_choose_for_the_coalition_finds_the_way_there(cast: Cast, sign_in: Any) -> None:
    address = f"/coalitions/{cast.coalition.slug}/letters"
    for person, may in (
        (cast.delegate, True),
        (cast.facilitator, True),
        (cast.member, False),
        (cast.staff, False),
    ):
        assert (f'href="{address}"' in sign_in(person).get("/me/letters").text) is may
    client = sign_in(cast.delegate)
    for sent, withheld in (({"withheld": "y"}, True), ({}, False)):
        assert client.send(address, sent).status_code == 303
        assert (" checked" in client.get(address).text) is withheld


# --- stopping -------------------------------------------------------------------------------


def test_one_press_stops_them_without_signing_in_and_looking_stops_nothing(
    cast: Cast, client: Any, with_tokens: None
) -> None:
    address = f"/letters/stop/{stop_token(cast.member.public_id, SUMMARY)}"
    assert client.get(address).status_code == 200
    assert db.session.scalars(select(LetterPlan)).all() == []
    for _time in range(2):
        answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    kept = plan(cast.member)
    assert [kept.followed, kept.proposals, kept.sessions] == [Pace.NEVER] * 3
    assert (kept.personal, kept.votes) == (None, None)


def test_a_changed_token_stops_nothing(cast: Cast, client: Any) -> None:
    token = stop_token(cast.member.public_id, SUMMARY)
    for wrong in (token[:-2], "x" + token, token.replace(".", ""), stop_token("zz", SUMMARY)):
        assert client.post(f"/letters/stop/{wrong}").status_code == 404
    assert db.session.scalars(select(LetterPlan)).all() == []


def test_the_link_of_a_letter_about_votes_stops_those(
    app: Flask, cast: Cast, client: Any, letters: Any
) -> None:
    votes.open_vote(cast)
    db.session.commit()
    letter = next(one for one in letters("vote_open") if one.person_id == cast.delegate.id)
    address = letter.headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert client.post(address).status_code == 200
    before = len(letters("vote_open"))
    votes.open_vote(cast)
    told = {one.person_id for one in letters("vote_open")[before:]}
    assert told
    assert cast.delegate.id not in told


# --- headers, over a real conversation --------------------------------------------------------


def written(app: Flask) -> list[Any]:
    """The mails that the letters in the outbox become, as a server gets them."""
    db.session.commit()
    with (
        listening(World()) as world,
        mail_goes_to(
            app,
            world,
            mail_domain="in.example",
            base_url="https://forum.example",
            mail_per_minute=0,
        ),
    ):
        while sending.send_due():
            pass
    return world.mails


def test_letters_of_one_conversation_hang_together_and_can_be_answered_and_stopped(
    app: Flask, cast: Cast, clock_at: Any
) -> None:
    at = clock_at("2026-05-05T18:00:00")
    thread = talk.thread(cast.member, title="Costos")
    first = talk.post(cast.expert, thread, body="Primera respuesta.")
    clock_at(at + timedelta(minutes=3))
    actions.write_notices()
    (one,) = written(app)
    second = talk.post(cast.expert, thread, body="Otra.", parent=first)
    clock_at(at + timedelta(hours=2))
    actions.write_notices()
    mails = written(app)
    assert mails == []  # an answer to the expert's own words is not meant for the member
    talk.post(cast.expert, talk.again(thread, cast.expert), body="Y otra.")
    clock_at(at + timedelta(hours=4))
    actions.write_notices()
    (two,) = written(app)
    me = cast.member.public_id
    assert one["Message-ID"] == f"<post.{first.public_id}.{me}@localhost>"
    root = f"<thread.{thread.public_id}.{me}@localhost>"
    assert one["In-Reply-To"] == two["In-Reply-To"] == root
    assert two["References"].split()[0] == root
    assert one["Message-ID"] != two["Message-ID"]
    assert one["Reply-To"].endswith("@in.example>")
    assert one["List-Id"] == "<personal.letters.localhost>"
    assert one["List-Unsubscribe"].startswith("<http://localhost/letters/stop/")
    assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert one["Auto-Submitted"] == "auto-generated"
    assert second.public_id not in str(two["Message-ID"])


def test_a_name_that_looks_like_a_link_or_a_header_is_only_a_name(
    app: Flask, cast: Cast, clock_at: Any
) -> None:
    at = clock_at("2026-05-05T18:00:00")
    name = "Ana <a href=//evil.example>premio</a>\r\nBcc: all@people.example"
    db.session.get_one(Person, cast.expert.id).name = name
    db.session.get_one(Person, cast.member.id).name = 'Eva", <root@evil.example>'
    thread = talk.thread(cast.member, title="Hola\r\nBcc: all@people.example <script>")
    talk.post(cast.expert, thread, body="<b>Hola</b> https://x.example\r\n.\r\nBcc: b")
    clock_at(at + timedelta(minutes=3))
    actions.write_notices()
    (mail,) = written(app)
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["To"].addresses] == [cast.member.email]
    html = mail.get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "<a href=//evil" not in html
    assert "<b>Hola" not in html


def test_each_thing_in_a_summary_can_be_answered(app: Flask, cast: Cast, clock_at: Any) -> None:
    at = clock_at("2026-05-05T18:00:00")
    db.session.add(
        LetterPlan(
            person_id=cast.neighbour.id,
            followed=Pace.DAILY,
            next_at=at,
            daily_at=at,
            weekly_at=at,
        )
    )
    for title in ("Costos", "Fuego"):
        thread = talk.thread(cast.member, title=title)
        actions.follow(viewer(cast.neighbour), What.THREAD, thread.id, Level.WATCH)
        talk.post(cast.expert, thread)
    db.session.commit()
    before = app.extensions["settings"]
    with mail_goes_to(app, World(), mail_domain="in.example"):
        actions.write_summaries()
    assert app.extensions["settings"] is before
    (letter,) = db.session.scalars(select(Letter).filter_by(person_id=cast.neighbour.id))
    addresses = [line.split()[-1] for line in letter.text.splitlines() if "@in.example" in line]
    assert len(set(addresses)) == 2
    assert letter.html.count("mailto:reply+") == 2
    assert clock.now() == at


# --- which letters obey, and which are addressed to one person about themselves ----------------

OBEYING = {
    "answer_due",
    "answer_extended",
    "ask_invited",
    "ask_over",
    "commitment_updated",
    "form_returned",
    "membership_changed",
    "notice",
    "office_changed",
    "proposal_submitted",
    "response_published",
    "rules_asked",
    "rules_changed",
    "summary",
    "vote_open",
    "vote_reminder",
    "vote_sealed",
}
ABOUT_ONESELF = {  # why: docs/decisions/0031-letters.md
    "address_changed",
    "address_confirmation",
    "ballot_recorded",
    "canary",
    "invitation",
    "mail_posted",
    "mail_refused",
    "post_decided",
    "report_decided",
    "reset",
}


def test_every_letter_obeys_the_persons_choice_or_is_about_themselves(app: Flask) -> None:
    sampled = samples()
    assert set(sampled) == OBEYING | ABOUT_ONESELF
    with_a_way_out = {kind for kind, sample in sampled.items() if "stop" in sample()}
    assert with_a_way_out - {"ballot_recorded"} == OBEYING


@pytest.mark.parametrize("pace", [None, Pace.WEEKLY, Pace.NEVER])
@pytest.mark.parametrize("kind", ["ask_invited", "ask_over", "rules_changed"])
def test_what_no_summary_repeats_comes_at_once_or_never_with_a_way_out(
    cast: Cast, client: Any, letters: Any, kind: str, pace: Pace | None
) -> None:
    matter = Matter.VOTES if kind == "rules_changed" else Matter.PERSONAL
    person = cast.delegate if kind == "rules_changed" else cast.expert
    at = clock.now()
    db.session.add(LetterPlan(person_id=person.id, next_at=at, **{str(matter): pace}))
    db.session.commit()

    def happens() -> None:
        who = Person.id == person.id
        if kind == "rules_changed":
            change = RulesChange(before=Rules().as_json(), after={"discussion_days": 30})
            writing.post_rules_changed(change, cast.coalition, who)
        else:
            ask = asking.ask(cast.member, talk.thread(cast.member))
            post = writing.post_ask_invited if kind == "ask_invited" else writing.post_ask_over
            post(db.session.get_one(Ask, ask.id), who)
        db.session.commit()

    happens()
    if pace is Pace.NEVER:
        assert letters(kind) == []
        return
    (letter,) = letters(kind)
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter.headers["List-Unsubscribe"].strip("<>")
    assert address in letter.text
    assert address in letter.html
    assert client.post(address.removeprefix("http://localhost")).status_code == 200
    happens()
    assert len(letters(kind)) == 1
