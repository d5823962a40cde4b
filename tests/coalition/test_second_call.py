"""The second call: when it comes, what stands in it, and that there is never a third."""

from datetime import timedelta

import pytest
from hypothesis import given
from sqlalchemy import func, select

from forum.activity.models import Event
from forum.coalition.actions import votes
from forum.coalition.lifecycle import reminders_at
from forum.coalition.models import Ballot, Proposal, Result, Seat, Vote
from forum.coalition.queries import seats, vote_lists
from forum.coalition.queries import votes as queries
from forum.coalition.tally import (
    FIRST_CALL,
    SECOND_CALL,
    Deciding,
    Rules,
    quorum_needed,
    second_call_follows,
    tally,
)
from forum.db import db
from forum.lib import clock
from forum.lib.permission import WrongState
from tests.coalition.test_tally import rules as any_rules
from tests.coalition.test_tally import seats as any_seats
from tests.coalition.test_tally import voted
from tests.factories.coalition_votes import all_cast, cast_by, in_discussion, open_vote, row
from tests.people import viewer

both = pytest.mark.both_databases


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-05-01T12:00")
    return in_discussion(cast)


@pytest.fixture
def vote(cast, proposal):
    return open_vote(cast, proposal)


def panel(proposal, who):
    return queries.vote_panel(row(proposal, who), viewer(who))


def calls(proposal):
    found = select(Vote).where(Vote.proposal_id == proposal.id).order_by(Vote.call)
    return db.session.scalars(found).all()


@pytest.mark.parametrize(
    ("said", "follows"),
    [("a.....", False), ("aa....", True), ("a--...", True), ("aaaa..", False), ("......", False)],
)
def test_it_follows_when_the_quorum_is_missed_and_a_third_voted(said, follows):
    count = tally(Rules(), voted(said))
    assert second_call_follows(Rules(), count, FIRST_CALL) is follows
    assert not second_call_follows(Rules(), count, SECOND_CALL)


@pytest.mark.parametrize(("seats", "needed"), [(1, 1), (3, 1), (4, 2), (6, 2), (7, 3), (9, 3)])
def test_its_quorum_is_a_third_of_the_seats(seats, needed):
    assert quorum_needed(Rules(), seats, SECOND_CALL) == needed
    assert 3 * needed >= seats > 3 * (needed - 1)


@given(any_rules, any_seats)
def test_it_follows_exactly_as_the_rule_says_and_never_after_a_second(rules, seats):
    count = tally(rules, seats)
    expected = count.deciding is Deciding.QUORUM and 3 * count.cast >= count.seats
    assert second_call_follows(rules, count, FIRST_CALL) is expected
    again = tally(rules, seats, SECOND_CALL)
    assert not second_call_follows(rules, again, SECOND_CALL)
    assert again.cast + again.not_voted == count.seats
    if expected:
        assert again.deciding is not Deciding.QUORUM, "the ballots stand"


def test_the_reminders_fall_at_half_time_and_a_day_before():
    opens = clock.now()
    assert reminders_at(opens, opens + timedelta(days=14)) == (
        opens + timedelta(days=7),
        opens + timedelta(days=13),
    )


@both
def test_sealing_the_first_opens_the_second_for_seven_days(cast, proposal, vote, clock_at):
    all_cast(cast, proposal, "ad....")
    clock_at(vote.closes_at + timedelta(hours=3))
    result = votes.seal_due(proposal.id)
    assert (result.outcome, proposal.status) == ("no_quorum", "voting")
    first, second = calls(proposal)
    assert (second.call, second.opens_at) == (2, clock.now())
    assert second.closes_at == clock.now() + timedelta(days=7)
    assert (second.version_id, second.rules) == (first.version_id, first.rules)
    seats = [(s.project_id, s.country) for s in db.session.scalars(select(Seat)).all()]
    assert seats[:6] == seats[6:]
    event = db.session.scalars(select(Event).where(Event.verb == "vote.opened")).all()[-1]
    assert (event.actor_id, event.particulars["call"]) == (None, 2)


@both
def test_it_closes_at_the_minute_that_is_told_and_not_before_its_days(
    cast, proposal, vote, clock_at
):
    all_cast(cast, proposal, "aa....")
    opened = clock_at(vote.closes_at + timedelta(minutes=2, seconds=3, microseconds=5))
    votes.seal_due(proposal.id)
    closes = calls(proposal)[1].closes_at
    assert (closes.second, closes.microsecond) == (0, 0)
    assert timedelta(0) <= closes - (opened + timedelta(days=7)) < timedelta(minutes=1)
    clock_at(closes - timedelta(microseconds=1))
    cast_by(cast.delegates["rio-claro"], proposal)
    clock_at(closes)
    with pytest.raises(WrongState):
        cast_by(cast.delegates["rio-claro"], proposal, "abstain")


@both
def test_ballots_stand_and_may_be_changed_and_the_first_call_stays_as_it_was(
    cast, proposal, vote, clock_at
):
    all_cast(cast, proposal, "ad....")
    clock_at(vote.closes_at)
    votes.seal_due(proposal.id)
    before = panel(proposal, cast.delegate)
    assert (before.tally.cast, before.tally.quorum_needed, before.is_open) == (2, 2, True)
    cast_by(cast.delegates["encinos"], proposal, "agree", "Ya lo hablamos.")
    cast_by(cast.delegates["rio-claro"], proposal)
    assert panel(proposal, cast.delegate).tally.agree == 3
    first, second = calls(proposal)
    kept = [s.choice for s in seats.seats_of(first.id) if s.choice]
    assert sorted(kept) == ["agree", "disagree"]
    clock_at(second.closes_at)
    result = votes.seal_due(proposal.id)
    assert (result.outcome, proposal.status, result.quorum_needed) == ("adopted", "adopted", 2)
    assert len(calls(proposal)) == 2


@both
def test_with_fewer_than_a_third_there_is_none(cast, proposal, vote, clock_at):
    all_cast(cast, proposal, "a.....")
    clock_at(vote.closes_at)
    assert not panel(proposal, cast.member).second_call_due
    votes.seal_due(proposal.id)
    assert (proposal.status, len(calls(proposal))) == ("no_quorum", 1)


@both
def test_until_it_is_sealed_the_page_says_that_a_second_call_comes(
    cast, proposal, vote, clock_at, sign_in
):
    all_cast(cast, proposal, "aa....")
    clock_at(vote.closes_at)
    before = panel(proposal, cast.member)
    assert before.second_call_due
    listed = vote_lists.outcomes_for([proposal.id])[proposal.id]
    assert (listed.outcome, listed.status(proposal.status)) == (None, "voting")
    page = sign_in(cast.member).get(f"/proposals/{proposal.public_id}").text
    assert "A second one opens at once" in page
    votes.seal_all_due()
    db.session.commit()
    page = sign_in(cast.member).get(f"/proposals/{proposal.public_id}").text
    assert "Voting: second call" in page
    first = f"/proposals/{proposal.public_id}/recount?call=1"
    assert f'href="{first}"' in page
    assert sign_in(cast.member).get(first).status_code == 200


@both
def test_after_a_week_without_the_worker_the_second_call_still_has_its_days(
    cast, proposal, vote, clock_at, letters
):
    all_cast(cast, proposal, "aa....")
    clock_at(vote.closes_at + timedelta(days=8))
    assert votes.seal_all_due() == 1
    assert votes.seal_all_due() == 0
    second = calls(proposal)[1]
    assert second.closes_at == clock.now() + timedelta(days=7)
    db.session.commit()
    told = [one for one in letters("vote_open") if "second one" in one.text]
    assert len(told) == len({one.to_address for one in told}) >= 6


@both
def test_sealing_many_times_at_once_opens_one(cast, proposal, vote, clock_at, race):
    all_cast(cast, proposal, "aa....")
    clock_at(vote.closes_at)
    db.session.commit()

    def seal(_i):
        found = votes.seal_due(proposal.id)
        db.session.commit()
        return found

    race(8, seal)
    counted = {
        model: db.session.execute(select(func.count()).select_from(model)).scalar_one()
        for model in (Vote, Result, Seat, Ballot)
    }
    assert counted == {Vote: 2, Result: 1, Seat: 12, Ballot: 4}
    assert db.session.get_one(Proposal, proposal.id).status == "voting"
