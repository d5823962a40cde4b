"""What a letter tells is looked at again when it is handed over to the mail server.

Each letter here is written while its reader may see what it tells, and waits; then something
changes, and only then the mail server is spoken to. Without `may_still_go` each of them went out.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Person
from forum.coalition.models import Delegate, Proposal, RulesChange
from forum.db import db
from forum.directory.models import ProjectMember
from forum.discussions import actions as talking
from forum.discussions.models import Thread
from forum.lib import clock
from forum.lobby.samples import samples
from forum.mail import sending
from forum.mail.models import Letter
from forum.notifications import actions
from forum.notifications.actions import letters as writing
from forum.notifications.kinds import Level, Pace, What
from forum.notifications.models import LetterPlan, PrivateLetters
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.factories import moderation as care
from tests.people import Cast, viewer

EVENING = datetime(2026, 5, 6, 0, tzinfo=UTC)  # in Guatemala
MORNING = datetime(2026, 5, 6, 13, 1, tzinfo=UTC)
SECRET = "Secreto de la casa."

# Letters that tell of nothing one could lose sight of: they are about the account itself, answer
# what one has just sent, or say what was decided about one's own words.
OF_ONESELF = {
    "address_changed",
    "address_confirmation",
    "ask_invited",
    "ask_over",
    "canary",
    "invitation",
    "mail_refused",
    "post_decided",
    "reset",
}
OF_PROPOSALS = {
    "answer_due",
    "answer_extended",
    "ballot_recorded",
    "commitment_updated",
    "form_returned",
    "proposal_submitted",
    "response_published",
    "vote_open",
    "vote_reminder",
    "vote_sealed",
}
HERE = {
    "mail_posted",
    "membership_changed",
    "notice",
    "office_changed",
    "report_decided",
    "rules_asked",
    "rules_changed",
    "summary",
}

Letters = Callable[..., list[Letter]]


@pytest.fixture(autouse=True)
def evening(app: Flask, cast: Cast, clock_at: Any) -> Any:
    """It is evening, everybody has a plan; letters go into a folder."""
    at = clock_at(EVENING)
    for person in cast.people.values():
        later = MORNING - timedelta(minutes=1)
        db.session.add(LetterPlan(person_id=person.id, next_at=later, daily_at=at, weekly_at=at))
    db.session.commit()
    for one in folder_of(app).glob("*.eml"):
        one.unlink()
    return at


def folder_of(app: Flask) -> Path:
    """Where letters go here."""
    return Path(app.extensions["settings"].mail_url.removeprefix("file:"))


def leave(person: Any) -> None:
    """The person leaves their project, and all they did for it."""
    for model in (Delegate, ProjectMember):
        db.session.execute(model.__table__.delete().where(model.person_id == person.id))
    db.session.commit()


def went(app: Flask, person: Any) -> list[str]:
    """What reached that person, when what waits is handed over."""
    db.session.commit()
    sending.send_due()
    db.session.expire_all()
    found = folder_of(app).glob("*.eml")
    mails: list[Any] = [message_from_bytes(one.read_bytes(), policy=default) for one in found]
    return [
        str(mail["Subject"]) + mail.get_body(("plain",)).get_content()
        for mail in mails
        if person.email in str(mail["To"])
    ]


def status(letter: Letter) -> tuple[str, str]:
    found = db.session.get_one(Letter, letter.id)
    return str(found.status), found.text + found.html


def test_every_kind_of_letter_is_looked_at_again_or_tells_of_oneself_alone() -> None:
    kinds = {path.stem for path in Path("templates/mail").glob("*.txt")} - {"layout"}
    assert kinds == OF_ONESELF | OF_PROPOSALS | HERE


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("kind", sorted(OF_PROPOSALS))
def test_a_letter_about_a_proposal_does_not_go_to_who_left_meanwhile(
    app: Flask, cast: Cast, letters: Letters, kind: str, left: bool
) -> None:
    proposal = votes.in_discussion(cast, title=SECRET)
    context = samples()[kind]()
    known = {"number", "title", "path", "stop", "read_by", "ballots"}
    told = {name: value for name, value in context.items() if name not in known}
    writing._post(kind, proposal, Person.id == cast.neighbour.id, **told)
    (letter,) = letters(kind)
    if left:
        leave(cast.neighbour)
    reached = went(app, cast.neighbour)
    assert len(reached) == (0 if left else 1)
    assert status(letter)[0] == ("withdrawn" if left else "sent")
    if left:
        assert status(letter)[1] == ""


def test_a_draft_that_is_shown_to_its_authors_alone_again_is_told_to_nobody_else(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    proposal = votes.in_discussion(cast, title=SECRET)
    writing.post_returned(proposal, Person.id == cast.neighbour.id)
    db.session.get_one(Proposal, proposal.id).status = votes.ProposalStatus.DRAFT
    assert went(app, cast.neighbour) == []


@pytest.mark.parametrize("left", [True, False])
def test_what_rules_became_is_told_to_nobody_who_left(
    app: Flask, cast: Cast, letters: Letters, left: bool
) -> None:
    who = Person.id == cast.delegate.id
    context = samples()["rules_changed"]()
    change = RulesChange(before=context["before"], after=context["after"])
    writing.post_rules_changed(change, cast.coalition, who)
    if left:
        leave(cast.delegate)
    assert len(went(app, cast.delegate)) == (0 if left else 1)


@pytest.mark.both_databases
def test_a_notice_is_withdrawn_from_who_left_the_project(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    inside = talk.thread(cast.neighbour, title="Estrategia", space=cast.spaces["coalition"])
    talk.post(cast.delegate, inside, body=SECRET)
    db.session.commit()
    clock_at(EVENING + timedelta(minutes=5))
    actions.write_notices()
    (letter,) = letters("notice")
    assert SECRET in letter.text
    leave(cast.neighbour)
    assert went(app, cast.neighbour) == []
    assert status(letter) == ("withdrawn", "")
    actions.write_notices()
    assert len(letters("notice")) == 1  # nothing is left to tell


def test_a_notice_of_a_removed_post_is_written_anew_without_it(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    thread = talk.thread(cast.neighbour, title="Costos")
    first = talk.post(cast.delegate, thread, body=SECRET)
    talk.post(cast.delegate, thread, body="Esto queda.")
    db.session.commit()
    clock_at(EVENING + timedelta(minutes=5))
    actions.write_notices()
    assert SECRET in letters("notice")[0].text
    talking.remove(viewer(cast.delegate), first, reason="Me equivoqué.")
    assert went(app, cast.neighbour) == []
    actions.write_notices()
    (told,) = went(app, cast.neighbour)
    assert "Esto queda." in told
    assert SECRET not in told


def test_a_notice_of_a_thread_that_became_narrower_stays_here(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    thread = talk.thread(cast.outsider, title="Costos")
    talk.post(cast.delegate, thread, body=SECRET)
    db.session.commit()
    clock_at(EVENING + timedelta(minutes=5))
    actions.write_notices()
    (letter,) = letters("notice")
    db.session.get_one(Thread, thread.id).space_id = cast.spaces["coalition"].id
    assert went(app, cast.outsider) == []
    assert status(letter) == ("withdrawn", "")


def summary_of(cast: Cast, clock_at: Any) -> None:
    """The neighbour's summary of this morning, of a private thread and one of the network."""
    plan = db.session.scalars(select(LetterPlan).filter_by(person_id=cast.neighbour.id)).one()
    plan.followed = Pace.DAILY
    for title, space in (("Estrategia", "coalition"), ("Incendios", "network")):
        thread = talk.thread(cast.member, title=title, space=cast.spaces[space])
        actions.follow(viewer(cast.neighbour), What.THREAD, thread.id, Level.WATCH)
        talk.post(cast.delegate, thread, body=SECRET if space == "coalition" else "Hay humo.")
    db.session.commit()
    clock_at(MORNING)
    actions.write_summaries()


@pytest.mark.both_databases
def test_a_summary_is_written_anew_without_what_its_reader_lost_sight_of(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    summary_of(cast, clock_at)
    (first,) = (one for one in letters("summary") if one.person_id == cast.neighbour.id)
    assert SECRET in first.text
    leave(cast.neighbour)
    assert went(app, cast.neighbour) == []
    actions.write_summaries()
    (told,) = went(app, cast.neighbour)
    assert "Hay humo." in told
    assert SECRET not in told
    assert "Estrategia" not in told
    clock_at(MORNING + timedelta(days=1))
    actions.write_summaries()
    assert len(went(app, cast.neighbour)) == 1  # and the next morning repeats nothing


@pytest.mark.parametrize("who", ["person", "coalition"])
def test_who_wants_nothing_private_named_since_gets_it_without(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any, who: str
) -> None:
    summary_of(cast, clock_at)
    if who == "person":
        plan = db.session.scalars(select(LetterPlan).filter_by(person_id=cast.neighbour.id)).one()
        plan.notice_only = True
    else:
        space = cast.spaces["coalition"].id
        db.session.add(PrivateLetters(space_id=space, chosen_by_id=cast.delegate.id))
    assert went(app, cast.neighbour) == []
    actions.write_summaries()
    (told,) = went(app, cast.neighbour)
    assert "Hay humo." in told
    assert "Estrategia" not in told


def test_a_vote_in_a_summary_does_not_go_to_who_left(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    plan = db.session.scalars(select(LetterPlan).filter_by(person_id=cast.delegate.id)).one()
    plan.votes = Pace.DAILY
    votes.open_vote(cast, votes.in_discussion(cast, title=SECRET))
    db.session.commit()
    clock_at(MORNING)
    actions.write_summaries()
    (letter,) = letters("summary")
    assert SECRET in letter.text
    leave(cast.delegate)
    assert went(app, cast.delegate) == []
    actions.write_summaries()
    assert len(letters("summary")) == 1


def test_what_a_later_letter_told_is_not_told_again(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    summary_of(cast, clock_at)
    clock_at(MORNING + timedelta(days=1))
    for thread in db.session.scalars(select(Thread)):
        talk.post(cast.delegate, talk.again(thread), body="Algo nuevo.")
    db.session.commit()
    actions.write_summaries()
    told = [one for one in letters("summary") if one.person_id == cast.neighbour.id]
    assert len(told) == 2
    leave(cast.neighbour)
    assert went(app, cast.neighbour) == []
    clock_at(MORNING + timedelta(days=2))
    actions.write_summaries()
    (again,) = went(app, cast.neighbour)
    assert "Algo nuevo." in again


def test_what_came_of_a_report_is_told_to_nobody_who_reads_the_thread_no_more(
    app: Flask, cast: Cast, letters: Letters
) -> None:
    thread = talk.thread(cast.member, space=cast.spaces["coalition"])
    post = talk.post(cast.delegate, thread)
    care.report(cast.neighbour, post)
    care.decide(cast.facilitator, post)
    (letter,) = letters("report_decided")
    leave(cast.neighbour)
    assert went(app, cast.neighbour) == []
    assert status(letter) == ("withdrawn", "")
    assert clock.now() == EVENING
