"""The result: what the clock and the ballots say, written down once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.coalition.actions import votes
from forum.coalition.models import Ballot, Result
from forum.coalition.queries import votes as queries
from forum.coalition.tally import Deciding, VoteOutcome
from forum.db import db
from forum.db.base import Rewriting
from forum.lib.permission import WrongState
from tests.factories.coalition_votes import all_cast, cast_by, in_discussion, open_vote, row
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-05-01T12:00")
    return in_discussion(cast)


@pytest.fixture
def vote(cast, proposal):
    return open_vote(cast, proposal)


def panel(proposal, who):
    return queries.vote_panel(row(proposal, who), viewer(who))


@pytest.mark.parametrize(
    ("said", "outcome"),
    [("aaaad.", "adopted"), ("aaadd-", "not_adopted"), ("a.....", "no_quorum")],
)
def test_it_is_counted_from_the_ballots_and_moves_the_proposal(
    cast, proposal, vote, clock_at, said, outcome
):
    all_cast(cast, proposal, said)
    clock_at(vote.closes_at)
    result = votes.seal_due(proposal.id)
    assert result.outcome == proposal.status == outcome
    assert result.cast == sum(c != "." for c in said)
    assert (result.agree, result.disagree) == (said.count("a"), said.count("d"))


def test_before_the_closing_there_is_nothing_to_seal(cast, proposal, vote, clock_at):
    all_cast(cast, proposal, "aaaaaa")
    clock_at(vote.closes_at - timedelta(microseconds=1))
    assert votes.seal_due(proposal.id) is None
    assert votes.seal_all_due() == 0
    assert proposal.status == "voting"


def test_without_a_vote_there_is_nothing_to_seal(proposal):
    assert votes.seal_due(proposal.id) is None


def test_sealing_twice_seals_once(cast, proposal, vote, clock_at):
    clock_at(vote.closes_at)
    first = votes.seal_due(proposal.id)
    clock_at(vote.closes_at + timedelta(days=1))
    assert votes.seal_due(proposal.id).id == first.id
    assert votes.seal_all_due() == 0
    assert len(db.session.scalars(select(Event).where(Event.verb == "vote.closed")).all()) == 1


def test_the_chore_seals_all_that_are_due(cast, proposal, vote, clock_at):
    other = in_discussion(cast)
    open_vote(cast, other, days=20)
    clock_at(vote.closes_at)
    assert votes.seal_all_due() == 1
    assert (proposal.status, other.status) == ("no_quorum", "voting")
    event = db.session.scalars(select(Event).where(Event.verb == "vote.closed")).one()
    assert (event.actor_id, event.particulars["outcome"]) == (None, "no_quorum")


def test_a_sealed_result_is_never_rewritten(proposal, vote, clock_at):
    clock_at(vote.closes_at)
    result = votes.seal_due(proposal.id)
    db.session.commit()
    result.agree = 6
    with pytest.raises(Rewriting):
        db.session.flush()
    db.session.rollback()


def test_what_the_page_shows_before_sealing_is_what_is_sealed(cast, proposal, vote, clock_at):
    all_cast(cast, proposal, "aaa-d")
    clock_at(vote.closes_at)
    before = panel(proposal, cast.member)
    assert not before.is_open
    assert before.vote.sealed_at is None
    result = votes.seal_due(proposal.id)
    after = panel(proposal, cast.member)
    assert after.vote.sealed_at == result.sealed_at
    assert (before.tally, before.sentences) == (after.tally, after.sentences)
    assert (result.outcome, result.deciding) == (before.tally.outcome, before.tally.deciding)


def test_after_sealing_no_ballot_comes_in_even_if_the_clock_is_put_back(
    cast, proposal, vote, clock_at
):
    clock_at(vote.closes_at)
    votes.seal_due(proposal.id)
    clock_at(vote.closes_at - timedelta(hours=1))
    with pytest.raises(WrongState):
        cast_by(cast.delegate, proposal)
    assert db.session.scalars(select(Ballot)).all() == []


def test_the_rule_that_decided_is_told_in_words(cast, proposal, vote, clock_at):
    all_cast(cast, proposal, "aaad..")
    clock_at(vote.closes_at)
    assert list(panel(proposal, cast.member).sentences) == [
        "4 of 6 seats voted; the quorum is 4.",
        "Of 4 seats that did not abstain, 3 agreed; at least two thirds must agree.",
        "Those that agreed are of 3 countries; at least 2 are asked for.",
        "The proposal is adopted.",
    ]
    assert panel(proposal, cast.member).state.startswith("Adopted. Voting closed on ")


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("aaa...", "Too few projects voted, so nothing was decided."),
        ("------", "All who voted abstained, so the proposal is not adopted."),
        ("dddd..", "No project agreed, so the proposal is not adopted."),
        ("aaddb.", "The majority was missed, so the proposal is not adopted."),
    ],
)
def test_every_way_of_missing_it_has_its_words(cast, proposal, vote, clock_at, said, last):
    all_cast(cast, proposal, said)
    clock_at(vote.closes_at)
    assert panel(proposal, cast.member).sentences[-1] == last


def test_every_deciding_rule_has_words():
    from dataclasses import replace

    from forum.coalition import wording
    from forum.coalition.tally import Rules, tally
    from tests.coalition.test_tally import voted

    count = tally(Rules(), voted("aaad.."))
    for deciding in Deciding:
        assert wording.result_words(replace(count, deciding=deciding), Rules(), inside=True)
    for outcome in VoteOutcome:
        assert wording.vote_word(outcome)


def test_totals_that_give_votes_away_come_with_a_warning(cast, proposal, vote, clock_at):
    all_cast(cast, proposal, "aaaaaa")
    assert panel(proposal, cast.member).warning == ""
    clock_at(vote.closes_at)
    assert "how each one voted" in panel(proposal, cast.member).warning


def test_before_they_vote_few_are_told_what_totals_can_tell(cast, proposal, vote, sign_in):
    db.session.commit()
    page = sign_in(cast.delegate).get(f"/proposals/{proposal.public_id}").text
    assert "learns the totals. With so few seats" in page


def test_a_result_is_stored_once_by_the_databases_own_word(cast, proposal, vote, clock_at):
    from sqlalchemy.exc import IntegrityError

    clock_at(vote.closes_at)
    first = votes.seal_due(proposal.id)
    columns = {c.name: getattr(first, c.name) for c in Result.__table__.columns if c.name != "id"}
    db.session.add(Result(**columns))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
