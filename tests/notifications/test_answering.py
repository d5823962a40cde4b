"""Everything in a letter can be answered by mail where its reader may write; else it links."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.coalition.models import Ballot, Delegate, Proposal
from forum.db import db
from forum.directory.models import ProjectMember
from forum.discussions import actions as talking
from forum.discussions.models import Post, Thread
from forum.lib import clock
from forum.mail.addresses import Item, What, read_address, reply_address
from forum.mail.models import Letter
from forum.mail.receiving import Outcome, receive
from forum.notifications import actions, digest
from forum.notifications.actions.composing import reader_of
from forum.notifications.kinds import Level, Matter
from forum.notifications.kinds import What as Followed
from forum.notifications.models import LetterPlan
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.factories import exchanges as sessions
from tests.people import Cast, viewer

pytestmark = pytest.mark.usefixtures("mail_comes_in")

Letters = Callable[..., list[Letter]]


@pytest.fixture
def discussed(cast: Cast) -> Proposal:
    """A proposal with a conversation of its own, in the coalition."""
    thread = talk.thread(cast.delegate, space=cast.spaces["coalition"], title="Una guía")
    return votes.in_discussion(cast, thread_id=thread.id)


def told(person: Any, *matters: Matter) -> dict[str, list[Any]]:
    """By part what a summary of these matters would tell that person now."""
    if not db.session.scalars(select(LetterPlan).filter_by(person_id=person.id)).first():
        week = clock.now() - timedelta(days=7)
        db.session.add(LetterPlan(person_id=person.id, next_at=clock.now(), weekly_at=week))
    db.session.commit()
    reader = reader_of(person.id)
    assert reader is not None
    found = digest.gather(reader.viewer, reader.plan, due=set(matters or Matter))
    return {part.name: part.told for part in found.parts}


def mailed(person: Any, to: str, body: str = "Estoy de acuerdo.") -> Outcome:
    """That person's mail to the address."""
    db.session.commit()
    count = next(_numbers)
    raw = (
        f"From: {person.email}\r\nSubject: Re: La guía\r\nMessage-ID: <{count}@phone.example>\r\n"
        f'Content-Type: text/plain; charset="utf-8"\r\n\r\n{body}'
    )
    return receive(raw.encode(), person.email or "", to)


_numbers = iter(range(1, 1000))


def posts(thread_id: int | None) -> list[str]:
    query = select(Post.body).where(Post.thread_id == thread_id).order_by(Post.number)
    return list(db.session.scalars(query))


@pytest.mark.both_databases
def test_an_answer_to_a_vote_in_a_summary_goes_to_the_conversation_and_is_no_ballot(
    cast: Cast, discussed: Proposal, letters: Letters
) -> None:
    votes.open_vote(cast, discussed)
    (vote,) = told(cast.delegate, Matter.VOTES)["votes"]
    assert read_address(vote.answer_to).item == Item(What.PROPOSAL, discussed.id)
    assert mailed(cast.delegate, vote.answer_to) is Outcome.POSTED
    assert posts(discussed.thread_id)[-1] == "Estoy de acuerdo."
    assert db.session.scalar(select(func.count(Ballot.id))) == 0
    (receipt,) = letters("mail_posted")
    assert "no es una boleta" in receipt.text.lower() or "no ballot" in receipt.text
    assert "never a ballot" in vote.answer_words or "nunca es una boleta" in vote.answer_words


def test_a_letter_about_a_vote_is_answered_there_and_says_who_will_read_it(
    cast: Cast, discussed: Proposal, letters: Letters
) -> None:
    votes.open_vote(cast, discussed)
    by_person = {one.person_id: one for one in letters("vote_open")}
    mine = by_person[cast.delegate.id]
    assert (mine.about_what, mine.about_id) == (What.PROPOSAL, discussed.id)
    assert "It is no ballot" in mine.text
    assert "Only the coalition reads what you write" in mine.text
    assert "Only the coalition reads what you write" in mine.html


def test_a_letter_about_a_proposal_without_a_conversation_links_and_is_refused_an_answer(
    cast: Cast, letters: Letters
) -> None:
    proposal = votes.in_discussion(cast)
    votes.open_vote(cast, proposal)
    letter = letters("vote_open")[0]
    assert letter.about_what is None
    assert "answer this letter" not in letter.text
    assert f"/proposals/{proposal.public_id}" in letter.text
    (vote,) = told(cast.delegate, Matter.VOTES)["votes"]
    assert (vote.answer_to, vote.path) == ("", f"/proposals/{proposal.public_id}")
    to = reply_address(cast.delegate.id, Item(What.PROPOSAL, proposal.id)) or ""
    assert mailed(cast.delegate, to) is Outcome.REFUSED
    assert "no conversation about this proposal" in letters("mail_refused")[0].text


def test_a_proposal_of_the_list_is_answered_in_its_conversation(
    cast: Cast, discussed: Proposal
) -> None:
    actions.listening.tell_of_proposal(
        discussed, cast.facilitator.id, Person.id == cast.delegate.id, digest.Reason.DISCUSSED
    )
    (one,) = told(cast.delegate, Matter.PROPOSALS)["proposals"]
    assert read_address(one.answer_to).item == Item(What.PROPOSAL, discussed.id)


def test_staff_find_links_to_what_they_owe_and_no_way_into_the_coalitions_conversation(
    cast: Cast, discussed: Proposal, letters: Letters
) -> None:
    discussed.status = votes.ProposalStatus.SUBMITTED
    discussed.number, discussed.submitted_at = "LAC-2026-001", clock.now() - timedelta(days=58)
    discussed.space_id = cast.spaces["network"].id
    owed = told(cast.staff, Matter.PROPOSALS)["owed"]
    assert [(one.answer_to, one.path) for one in owed] == [
        ("", f"/proposals/{discussed.public_id}")
    ]
    to = reply_address(cast.staff.id, Item(What.PROPOSAL, discussed.id)) or ""
    assert mailed(cast.staff, to) is Outcome.REFUSED
    assert posts(discussed.thread_id) == [posts(discussed.thread_id)[0]]
    assert "Una guía" not in letters("mail_refused")[0].text


def test_who_left_the_project_writes_there_no_more(
    cast: Cast, discussed: Proposal, letters: Letters
) -> None:
    to = reply_address(cast.delegate.id, Item(What.PROPOSAL, discussed.id)) or ""
    for model in (Delegate, ProjectMember):
        gone = model.__table__.delete().where(model.person_id == cast.delegate.id)
        db.session.execute(gone)
    assert mailed(cast.delegate, to) is Outcome.REFUSED
    assert len(posts(discussed.thread_id)) == 1


def test_a_session_is_answered_by_a_thread_in_its_stage(cast: Cast) -> None:
    stage = talk.stage()
    sessions.a_session(db.session, stage, starts_at=clock.now() + timedelta(days=3))
    (session,) = told(cast.member, Matter.SESSIONS)["sessions"]
    assert read_address(session.answer_to).item == Item(What.STAGE, stage.id)
    assert mailed(cast.member, session.answer_to, "¿Habrá intérprete?") is Outcome.POSTED
    assert db.session.scalars(select(Thread).filter_by(stage_id=stage.id)).one().title == "La guía"
    (seen,) = told(cast.observer, Matter.SESSIONS)["sessions"]
    assert (seen.answer_to, bool(seen.path)) == ("", True)


@pytest.mark.parametrize("how", ["locked", "closed"])
def test_a_thread_nobody_writes_in_any_more_is_only_linked(
    cast: Cast, letters: Letters, how: str
) -> None:
    stage = talk.stage()
    thread = talk.thread(cast.member, stage=stage)
    actions.follow(viewer(cast.neighbour), Followed.THREAD, thread.id, Level.WATCH)
    talk.post(cast.expert, thread)
    (one,) = told(cast.neighbour, Matter.FOLLOWED)["followed"]
    assert one.answer_to
    if how == "locked":
        talking.lock(viewer(cast.facilitator), talk.again(thread), reason="Se resolvió.")
    else:
        stage.closes_at = clock.now() - timedelta(minutes=1)
    (one,) = told(cast.neighbour, Matter.FOLLOWED)["followed"]
    assert (one.answer_to, one.path.startswith("/posts/")) == ("", True)


def test_whoever_only_observes_is_given_no_address(cast: Cast) -> None:
    thread = talk.thread(cast.member, space=cast.spaces["public"])
    actions.follow(viewer(cast.observer), Followed.THREAD, thread.id, Level.WATCH)
    talk.post(cast.expert, thread)
    (one,) = told(cast.observer, Matter.FOLLOWED)["followed"]
    assert (one.answer_to, bool(one.path)) == ("", True)
