"""Casting a ballot, changing it, and who may when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.coalition.actions import votes
from forum.coalition.models import Ballot, CoalitionMembership, Delegate, Proposal
from forum.coalition.policy import votes as policy
from forum.coalition.queries import vote_lists
from forum.coalition.queries import votes as queries
from forum.coalition.tally import Choice
from forum.db import db
from forum.db.base import Rewriting
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.factories.coalition_votes import all_cast, cast_by, in_discussion, open_vote, row
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def proposal(cast, app):
    made = in_discussion(cast)
    open_vote(cast, made)
    return made


def panel(proposal, who):
    return queries.vote_panel(row(proposal, who), viewer(who))


def ballots():
    return db.session.scalars(select(Ballot).order_by(Ballot.seat_id, Ballot.seq)).all()


@pytest.mark.parametrize("who", ["delegate", "alternate"])
def test_a_projects_delegate_or_alternate_casts_its_ballot(cast, proposal, who):
    ballot = cast_by(getattr(cast, who), proposal, "agree", "Hace falta.")
    assert (ballot.seq, ballot.choice, ballot.cast_by_id) == (
        1,
        Choice.AGREE,
        getattr(cast, who).id,
    )


@pytest.mark.parametrize("who", ["member", "coordinator", "neighbour", "facilitator"])
def test_nobody_else_of_the_coalition_casts(cast, proposal, who):
    with pytest.raises(Forbidden):
        cast_by(getattr(cast, who), proposal)
    assert ballots() == []


def test_changing_adds_a_ballot_and_the_last_one_counts(cast, proposal):
    for choice in ("agree", "disagree", "abstain"):
        cast_by(cast.delegate, proposal, choice)
    assert [b.seq for b in ballots()] == [1, 2, 3]
    count = panel(proposal, cast.delegate).tally
    assert (count.cast, count.abstain, count.agree) == (1, 1, 0)


def test_the_same_choice_and_reason_again_adds_nothing(cast, proposal):
    first = cast_by(cast.delegate, proposal, "agree", "Hace falta.")
    assert cast_by(cast.alternate, proposal, "agree", "Hace falta.").id == first.id
    cast_by(cast.delegate, proposal, "agree", "Hace falta, y pronto.")
    assert [b.seq for b in ballots()] == [1, 2]


def test_a_ballot_is_never_rewritten_or_deleted(cast, proposal):
    ballot = cast_by(cast.delegate, proposal)
    db.session.commit()
    ballot.choice = Choice.BLOCK
    with pytest.raises(Rewriting):
        db.session.flush()
    db.session.rollback()
    db.session.delete(db.session.get_one(Ballot, ballot.id))
    with pytest.raises(Rewriting):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("choice", ["disagree", "block"])
def test_who_disagrees_or_objects_says_why(cast, proposal, choice):
    with pytest.raises(Refused) as refused:
        votes.cast_ballot(
            viewer(cast.delegate),
            row(proposal, cast.delegate),
            choice=Choice(choice),
            reason="",
            language="es",
        )
    assert refused.value.field == "reason"


def test_a_ballot_at_the_closing_is_out_and_one_just_before_is_in(cast, clock_at):
    clock_at("2026-05-01T12:00")
    made = in_discussion(cast)
    vote = open_vote(cast, made)
    clock_at(vote.closes_at - timedelta(microseconds=1))
    cast_by(cast.delegate, made)
    clock_at(vote.closes_at)
    with pytest.raises(WrongState):
        cast_by(cast.delegates["encinos"], made)
    assert len(ballots()) == 1


def test_without_a_vote_there_is_nothing_to_cast(cast):
    with pytest.raises(WrongState):
        cast_by(cast.delegate, in_discussion(cast))


def replace_delegate(cast, slug, person):
    old = db.session.scalars(
        select(Delegate).where(
            Delegate.project_id == cast.projects[slug].id,
            Delegate.until.is_(None),
            Delegate.alternate.is_(False),
        )
    ).one()
    old.until, old.side = clock.now(), None
    db.session.flush()
    db.session.add(
        Delegate(
            coalition_id=cast.coalition.id,
            project_id=cast.projects[slug].id,
            person_id=person.id,
            side="member",
        )
    )
    db.session.flush()


def test_a_delegate_replaced_in_mid_vote_loses_the_ballot_and_the_successor_may_change_it(
    cast, proposal
):
    cast_by(cast.delegates["encinos"], proposal, "agree")
    replace_delegate(cast, "encinos", cast.neighbour)
    with pytest.raises(Forbidden):
        cast_by(cast.delegates["encinos"], proposal, "abstain")
    cast_by(cast.neighbour, proposal, "disagree")
    assert [(b.seq, b.choice) for b in ballots()] == [(1, Choice.AGREE), (2, Choice.DISAGREE)]


def test_who_is_suspended_casts_nothing(cast, proposal):
    db.session.get_one(Person, cast.delegates["encinos"].id).suspended_at = clock.now()
    db.session.flush()
    with pytest.raises(Forbidden):
        cast_by(cast.delegates["encinos"], proposal)


def test_a_project_that_left_the_coalition_casts_no_more_and_keeps_its_seat(cast, proposal):
    db.session.scalars(
        select(CoalitionMembership).where(
            CoalitionMembership.project_id == cast.projects["encinos"].id
        )
    ).one().left_at = clock.now()
    db.session.flush()
    with pytest.raises(Forbidden):
        cast_by(cast.delegates["encinos"], proposal)
    assert panel(proposal, cast.delegate).tally.seats == 6


def test_who_speaks_for_two_projects_says_for_which(cast, proposal):
    replace_delegate(cast, "encinos", cast.delegate)
    with pytest.raises(Refused) as refused:
        cast_by(cast.delegate, proposal)
    assert refused.value.field == "project"
    ballot = votes.cast_ballot(
        viewer(cast.delegate),
        row(proposal, cast.delegate),
        choice=Choice.AGREE,
        reason="",
        language="es",
        project_id=cast.projects["encinos"].id,
    )
    seat = next(
        s
        for s in panel(proposal, cast.delegate).seats
        if s.project_id == cast.projects["encinos"].id
    )
    assert (seat.seat_id, seat.choice) == (ballot.seat_id, Choice.AGREE)
    with pytest.raises(Refused):
        votes.cast_ballot(
            viewer(cast.delegate),
            row(proposal, cast.delegate),
            choice=Choice.AGREE,
            reason="",
            language="es",
            project_id=cast.projects["rio-claro"].id,
        )


def test_the_ledger_says_that_a_ballot_was_cast_never_which(cast, proposal):
    cast_by(cast.delegate, proposal, "block", "Nos perjudica.")
    event = db.session.scalars(select(Event).where(Event.verb == "ballot.cast")).one()
    assert event.space_id == cast.spaces["coalition"].id
    assert "block" not in str(event.particulars)
    assert "perjudica" not in str(event.particulars)


def test_inside_the_coalition_ballots_are_open_by_project_with_reasons(cast, proposal):
    cast_by(cast.delegate, proposal, "disagree", "Es pronto.")
    seen = panel(proposal, cast.neighbour)
    assert seen.sees_ballots
    ceiba = next(s for s in seen.seats if s.project_slug == "ceiba")
    assert (ceiba.choice, ceiba.reason, ceiba.cast_by) == (
        Choice.DISAGREE,
        "Es pronto.",
        cast.delegate.name,
    )
    assert len(seen.not_voted) == 5
    assert seen.marks == ["disagree"] + ["empty"] * 5


def test_the_page_says_whose_project_has_not_voted(cast, proposal):
    assert [s.project_slug for s in panel(proposal, cast.alternate).waits_for_me] == ["ceiba"]
    assert panel(proposal, cast.member).waits_for_me == []
    cast_by(cast.delegate, proposal)
    assert panel(proposal, cast.alternate).waits_for_me == []
    assert [s.project_slug for s in panel(proposal, cast.alternate).mine] == ["ceiba"]


def test_a_vote_waits_for_those_who_may_cast_until_they_did_or_it_is_closed(
    cast, proposal, clock_at
):
    assert [w.project_name for w in vote_lists.waiting_for(viewer(cast.delegate))] == [
        "Proyecto Ceiba"
    ]
    for who in (cast.member, cast.facilitator, cast.staff, cast.outsider, None):
        assert vote_lists.waiting_for(viewer(who)) == []
    cast_by(cast.delegate, proposal)
    assert vote_lists.waiting_for(viewer(cast.delegate)) == []
    clock_at(clock.now() + timedelta(days=30))
    assert vote_lists.waiting_for(viewer(cast.delegates["encinos"])) == []


def test_outside_the_coalition_only_totals_are_known_and_no_seat(cast, proposal):
    all_cast(cast, proposal, "aaad")
    made = db.session.get_one(Proposal, proposal.id)
    made.space_id, made.number = cast.spaces["network"].id, "LAC-2026-001"
    made.submitted_at = clock.now()
    db.session.flush()
    for who in (cast.staff, cast.outsider, cast.expert):
        seen = panel(made, who)
        assert not seen.sees_ballots
        assert seen.seats == seen.mine == ()
        assert seen.marks == ["cast"] * 4 + ["empty"] * 2
        assert (seen.tally.agree, seen.tally.disagree) == (3, 1)
        assert not policy.can_cast(viewer(who), seen.vote, seen.mine, clock.now())


def test_a_board_learns_of_all_its_votes_in_one_statement(cast, proposal, statements):
    other = in_discussion(cast)
    open_vote(cast, other)
    all_cast(cast, other, "aaaa")
    none = in_discussion(cast)
    with statements() as seen:
        found = vote_lists.outcomes_for([proposal.id, other.id, none.id])
    assert len(seen) == 1
    assert set(found) == {proposal.id, other.id}
    assert (found[other.id].tally.cast, found[other.id].outcome) == (4, None)
    later = vote_lists.outcomes_for([other.id], clock.now() + timedelta(days=30))[other.id]
    assert later.outcome == "adopted"
    assert later.status(other.status, clock.now() + timedelta(days=30)) == "adopted"
