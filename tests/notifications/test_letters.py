"""Who gets a letter of what, in whose language, and what it never tells."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from forum import activity
from forum.accounts.models import Person
from forum.asks import actions as asks
from forum.coalition.actions import responses
from forum.coalition.lifecycle import due_on
from forum.db import db
from forum.lib import clock
from forum.web.locale import day, force_locale
from tests.factories import asks as asking
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.people import Cast, viewer

TITLE = "Costos que nadie cubre"


def test_each_seat_hears_that_voting_is_open(
    app: Flask, cast: Cast, letters: Callable[..., Any]
) -> None:
    votes.open_vote(cast, votes.in_discussion(cast, title=TITLE))
    told = {letter.person_id for letter in letters("vote_open")}
    assert told == {person.id for person in cast.delegates.values()} | {cast.alternate.id}


def test_a_letter_about_private_things_has_no_title_in_its_subject(
    app: Flask, cast: Cast, letters: Callable[..., Any]
) -> None:
    votes.open_vote(cast, votes.in_discussion(cast, title=TITLE))
    for letter in letters("vote_open"):
        assert TITLE not in letter.subject
        assert TITLE in letter.text
        assert TITLE in letter.html


def test_a_letter_speaks_the_language_of_who_gets_it(
    app: Flask, cast: Cast, letters: Callable[..., Any]
) -> None:
    db.session.get_one(Person, cast.delegates["encinos"].id).locale = "es"
    db.session.flush()
    votes.open_vote(cast)
    by_person = {letter.person_id: letter for letter in letters("vote_open")}
    assert (
        by_person[cast.delegates["encinos"].id].subject
        == "Hay una votación abierta en su coalición"
    )
    assert by_person[cast.delegates["ceiba"].id].subject == "Voting is open in your coalition"


def test_somebody_suspended_or_without_address_gets_none(
    app: Flask, cast: Cast, letters: Callable[..., Any]
) -> None:
    db.session.get_one(Person, cast.delegates["encinos"].id).suspended_at = clock.now()
    without = db.session.get_one(Person, cast.delegates["rio-claro"].id)
    without.handle, without.email = "rio", None
    db.session.flush()
    votes.open_vote(cast)
    told = {letter.person_id for letter in letters("vote_open")}
    assert not told & {cast.delegates["encinos"].id, cast.delegates["rio-claro"].id}


def test_staff_hear_of_a_submitted_proposal_with_its_days(
    app: Flask, cast: Cast, letters: Callable[..., Any]
) -> None:
    proposal = votes.submitted(cast, title=TITLE)
    activity.record(cast.delegate.id, "proposal.submitted", proposal)
    found = letters("proposal_submitted")
    assert {letter.person_id for letter in found} == {cast.staff.id, cast.colleague.id}
    assert proposal.number in found[0].subject
    assert f"/proposals/{proposal.public_id}" in found[0].text


def test_the_proposer_hears_of_the_answer(
    app: Flask, cast: Cast, letters: Callable[..., Any]
) -> None:
    proposal = votes.submitted(cast, title=TITLE)
    responses.publish(viewer(cast.staff), votes.row(proposal, cast.staff), votes.text(), version=0)
    told = letters("response_published")
    assert {letter.person_id for letter in told} == {cast.delegate.id, cast.alternate.id}
    assert all("Partly accepted" in letter.text for letter in told)


def test_an_author_who_sees_the_proposal_no_more_gets_no_letter(
    app: Flask, cast: Cast, letters: Callable[..., Any]
) -> None:
    proposal = votes.submitted(cast, title=TITLE)
    proposal.author_id = cast.observer.id  # as one who became an observer before the answer
    db.session.flush()
    responses.publish(viewer(cast.staff), votes.row(proposal, cast.staff), votes.text(), version=0)
    told = {letter.person_id for letter in letters("response_published")}
    assert told == {cast.delegate.id, cast.alternate.id}


def test_a_title_cannot_smuggle_a_header_in(
    app: Flask, cast: Cast, letters: Callable[..., Any]
) -> None:
    proposal = votes.submitted(cast, title="A\r\nBcc: all@people.example")
    activity.record(cast.delegate.id, "proposal.submitted", proposal)
    told = letters("proposal_submitted")
    assert {letter.person_id for letter in told} == {cast.staff.id, cast.colleague.id}
    assert all("\n" not in letter.subject for letter in told)


def test_the_letter_tells_the_days_of_the_rules_it_was_voted_under(
    app: Flask, cast: Cast, letters: Callable[..., Any]
) -> None:
    proposal = votes.in_discussion(cast)
    vote = votes.open_vote(cast, proposal)
    vote.rules = vote.rules | {"secretariat_days": 10}
    proposal.submitted_at, proposal.number = clock.now(), "LAC-2026-001"
    proposal.space_id = cast.spaces["network"].id  # staff see it from now on
    db.session.flush()
    activity.record(cast.delegate.id, "proposal.submitted", proposal)
    due = due_on(clock.now(), 10, cast.coalition.timezone)
    with force_locale("en"):
        assert day(due) in letters("proposal_submitted")[0].text


@pytest.mark.parametrize("readers", ["network", "coalition"])
def test_an_expert_asked_by_name_gets_a_letter_that_tells_nothing_of_the_conversation(
    app: Flask, cast: Cast, letters: Callable[..., Any], readers: str
) -> None:
    thread = talk.thread(cast.member, title=TITLE, space=cast.spaces[readers])
    asked = asking.ask(cast.member, thread, text="Un secreto.", needed_by=date(2031, 5, 4))
    asks.invite(viewer(cast.member), asked, cast.expert)
    (letter,) = letters("ask_invited")
    assert letter.person_id == cast.expert.id
    assert f"/asks/{asked.public_id}" in letter.text
    assert f"/asks/{asked.public_id}" in letter.html
    with force_locale("en"):
        assert day(date(2031, 5, 4)) in letter.text
    for words in (TITLE, "secreto", cast.member.name, "Los Encinos"):
        assert words not in letter.subject + letter.text + letter.html


@pytest.mark.both_databases
@pytest.mark.parametrize("ended", ["declined", "closed"])
def test_an_expert_outside_the_conversation_learns_by_letter_that_nothing_is_needed_any_more(
    app: Flask, cast: Cast, letters: Callable[..., Any], ended: str
) -> None:
    thread = talk.thread(cast.delegate, title=TITLE, space=cast.spaces["coalition"])
    asked = asking.ask(cast.delegate, thread, text="Un secreto.", to_experts=True)
    offered = asking.offer(cast.expert, asking.now(cast.expert, asked))
    if ended == "declined":
        asks.decide(viewer(cast.delegate), asking.seen(cast.delegate, offered), accept=False)
    else:
        asks.close(viewer(cast.delegate), asking.now(cast.delegate, asked))
    (letter,) = letters("ask_over")
    assert letter.person_id == cast.expert.id
    assert "/asks" in letter.text
    assert "Fire" in letter.text
    for words in (TITLE, "secreto", cast.delegate.name, "Los Encinos", asked.public_id):
        assert words not in letter.subject + letter.text + letter.html


def test_an_expert_who_reads_the_conversation_gets_no_letter_of_its_end(
    app: Flask, cast: Cast, letters: Callable[..., Any]
) -> None:
    asked = asking.ask(cast.member, talk.thread(cast.member))
    asking.offer(cast.expert, asked)
    asks.close(viewer(cast.member), asking.now(cast.member, asked))
    assert not letters("ask_over")


def test_an_expert_whose_account_rests_gets_no_letter(
    app: Flask, cast: Cast, letters: Callable[..., Any]
) -> None:
    asked = asking.ask(cast.member, talk.thread(cast.member))
    db.session.get_one(Person, cast.expert.id).suspended_at = clock.now()
    db.session.flush()
    asks.invite(viewer(cast.member), asked, cast.expert)
    assert not letters("ask_invited")
