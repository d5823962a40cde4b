"""Two at once where it is decided who votes: one after the other, and never half of each."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.accounts.actions import standing
from forum.accounts.models import Person
from forum.coalition.actions import assisted, members, proposals, votes
from forum.coalition.actions.rules import change_rules
from forum.coalition.models import (
    AssistedHow,
    Ballot,
    Coalition,
    CoalitionMembership,
    Delegate,
    Proposal,
    Seat,
    Vote,
)
from forum.coalition.tally import Choice, Rules
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.spaces.actions import let_facilitator_in
from forum.spaces.models import Space
from tests.factories import coalition as make
from tests.factories.coalition_votes import all_cast, cast_by, in_discussion, open_vote, row
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture(autouse=True)
def noon(app, clock_at):
    clock_at("2026-05-01T12:00")


@pytest.fixture
def proposal(cast):
    made = in_discussion(cast)
    db.session.commit()
    return made


@pytest.fixture
def voting(cast, proposal):
    open_vote(cast, proposal)
    db.session.commit()
    return proposal


def opening(cast, proposal, who=None):
    who = who or cast.facilitator
    me, seen = viewer(who), row(proposal, who)
    closes = clock.now() + timedelta(days=15)
    return lambda: votes.open_vote(me, seen, closes_at=closes, version=1)


def leaving(cast, slug="encinos"):
    me, coalition = viewer(cast.facilitator), make.coalition(cast)
    return lambda: members.take_project_out(me, coalition, cast.projects[slug].id)


def joining(cast):
    me, coalition = viewer(cast.facilitator), make.coalition(cast)
    return lambda: members.admit_project(me, coalition, "monte-lejano")


def casting(cast, proposal, slug="encinos"):
    who = cast.delegates[slug]
    me, seen = viewer(who), row(proposal, who)
    said = {"choice": Choice.AGREE, "reason": "", "language": "es"}
    return lambda: votes.cast_ballot(me, seen, **said)


def suspending(person):
    return lambda: standing.suspend(None, person.id, reason="Lo pidió.")


def seats():
    db.session.expire_all()
    return len(db.session.scalars(select(Seat)).all())


def ballots():
    return db.session.scalars(select(func.count()).select_from(Ballot)).one()


# --- whoever opens the vote, and who is a member then ------------------------------------------


def test_a_project_that_is_leaving_has_no_seat_in_a_vote_opened_after_it(
    cast, proposal, one_after_the_other
):
    assert one_after_the_other(leaving(cast), opening(cast, proposal)) == ["done", "done"]
    assert seats() == 5


def test_one_that_leaves_while_the_vote_is_opened_keeps_its_seat(
    cast, proposal, one_after_the_other
):
    assert one_after_the_other(opening(cast, proposal), leaving(cast)) == ["done", "done"]
    assert seats() == 6
    vote = db.session.scalars(select(Vote)).one()
    left = select(CoalitionMembership.left_at).where(CoalitionMembership.left_at.is_not(None))
    assert db.session.scalars(left).one() >= vote.opens_at


def test_a_project_that_is_joining_has_a_seat_in_a_vote_opened_after_it(
    cast, proposal, one_after_the_other
):
    assert one_after_the_other(joining(cast), opening(cast, proposal)) == ["done", "done"]
    assert seats() == 7


def test_one_that_joins_while_the_vote_is_opened_has_none(cast, proposal, one_after_the_other):
    assert one_after_the_other(opening(cast, proposal), joining(cast)) == ["done", "done"]
    assert seats() == 6


def test_a_vote_opened_after_a_change_of_rules_is_held_under_the_new_ones(
    cast, proposal, one_after_the_other
):
    new = replace(Rules(), majority="3/4")
    me, coalition = viewer(cast.facilitator), make.coalition(cast)
    why = {"why": "Lo pidió la asamblea.", "language": "es"}
    changing = lambda: change_rules(me, coalition, new, version=1, **why)  # noqa: E731  # a call, kept for later
    assert one_after_the_other(changing, opening(cast, proposal)) == ["done", "done"]
    db.session.expire_all()
    assert Rules.of(db.session.scalars(select(Vote.rules)).one()) == new


def test_a_change_of_rules_while_the_vote_is_opened_does_not_apply_to_it(
    cast, proposal, one_after_the_other
):
    new = replace(Rules(), majority="3/4")
    me, coalition = viewer(cast.facilitator), make.coalition(cast)
    why = {"why": "Lo pidió la asamblea.", "language": "es"}
    changing = lambda: change_rules(me, coalition, new, version=1, **why)  # noqa: E731  # a call, kept for later
    assert one_after_the_other(opening(cast, proposal), changing) == ["done", "done"]
    db.session.expire_all()
    assert Rules.of(db.session.scalars(select(Vote.rules)).one()) == Rules()
    assert Rules.of(db.session.get_one(Coalition, cast.coalition.id).rules) == new


def test_of_two_who_facilitate_and_open_it_at_once_one_does(cast, proposal, one_after_the_other):
    second = db.session.get_one(Person, cast.loose_facilitator.id)
    let_facilitator_in(None, db.session.get_one(Space, cast.spaces["coalition"].id), second)
    db.session.commit()
    done, late = one_after_the_other(opening(cast, proposal), opening(cast, proposal, second))
    assert done == "done"
    assert isinstance(late, WrongState), late
    assert (seats(), len(db.session.scalars(select(Vote)).all())) == (6, 1)


# --- the second call ---------------------------------------------------------------------------


def test_the_worker_and_whoever_submits_open_one_second_call(
    cast, voting, one_after_the_other, clock_at
):
    all_cast(cast, voting, "aa....")
    clock_at(db.session.scalars(select(Vote.closes_at)).one())
    db.session.commit()
    me, seen = viewer(cast.facilitator), row(voting, cast.facilitator)
    done, late = one_after_the_other(votes.seal_all_due, lambda: proposals.submit(me, seen))
    assert done == "done"
    assert isinstance(late, WrongState), late
    calls = db.session.scalars(select(Vote.call).order_by(Vote.call)).all()
    assert (calls, seats(), ballots()) == ([1, 2], 12, 4)


def test_two_who_facilitate_and_press_at_once_open_one_second_call(
    cast, voting, one_after_the_other, clock_at
):
    """Both press to withdraw or submit, which seals first: the second finds it sealed."""
    all_cast(cast, voting, "aa....")
    clock_at(db.session.scalars(select(Vote.closes_at)).one())
    db.session.commit()
    sealing = lambda: votes.seal_due(voting.id)  # noqa: E731  # a call, kept for later
    assert one_after_the_other(sealing, sealing) == ["done", "done"]
    assert len(db.session.scalars(select(Vote)).all()) == 2


# --- casting, and losing one's office ----------------------------------------------------------


def test_who_is_being_suspended_casts_no_ballot(cast, voting, one_after_the_other):
    encinos = cast.delegates["encinos"]
    done, late = one_after_the_other(suspending(encinos), casting(cast, voting))
    assert done == "done"
    assert isinstance(late, Forbidden), late
    assert ballots() == 0


def test_who_is_suspended_while_casting_has_cast(cast, voting, one_after_the_other):
    encinos = cast.delegates["encinos"]
    assert one_after_the_other(casting(cast, voting), suspending(encinos)) == ["done", "done"]
    cast_at = db.session.scalars(select(Ballot.cast_at)).one()
    assert cast_at <= db.session.get_one(Person, encinos.id).suspended_at


def test_nothing_is_recorded_on_the_word_of_who_is_being_suspended(
    cast, voting, one_after_the_other
):
    encinos = cast.delegates["encinos"]
    me, seen = viewer(cast.facilitator), row(voting, cast.facilitator)
    said = {"how": AssistedHow.PHONE, "choice": Choice.AGREE, "reason": "", "language": "es"}
    whose = {"project_id": cast.projects["encinos"].id, "instructed_by": encinos.public_id}
    recording = lambda: assisted.record_ballot(me, seen, **whose, **said)  # noqa: E731  # a call, kept for later
    done, late = one_after_the_other(suspending(encinos), recording)
    assert done == "done"
    assert isinstance(late, Refused), late
    assert ballots() == 0


def test_a_project_that_is_leaving_casts_no_ballot(cast, voting, one_after_the_other):
    done, late = one_after_the_other(leaving(cast), casting(cast, voting))
    assert done == "done"
    assert isinstance(late, Forbidden), late
    assert (ballots(), seats()) == (0, 6)


def test_a_project_that_leaves_while_casting_has_cast(cast, voting, one_after_the_other):
    assert one_after_the_other(casting(cast, voting), leaving(cast)) == ["done", "done"]
    assert ballots() == 1


def test_whoever_is_named_meanwhile_changes_the_ballot_under_way_and_does_not_meet_it(
    cast, voting, one_after_the_other
):
    """The cast is stored, then the office changes hands: never a ballot of nobody's."""
    naming_by, coalition = viewer(cast.facilitator), make.coalition(cast)
    neighbour = cast.neighbour.public_id
    naming = lambda: members.name_delegate(  # noqa: E731  # a call, kept for later
        naming_by, coalition, cast.projects["encinos"].id, person=neighbour
    )
    assert one_after_the_other(casting(cast, voting), naming) == ["done", "done"]
    ended = select(Delegate.until).where(Delegate.person_id == cast.delegates["encinos"].id)
    assert db.session.scalars(select(Ballot.cast_at)).one() <= db.session.scalars(ended).one()
    cast_by(cast.neighbour, db.session.get_one(Proposal, voting.id), "abstain")
    assert ballots() == 2
