"""Votes and answers: who may do what, a sentence a rule."""

from datetime import timedelta

import pytest

from forum.coalition.lifecycle import AWAITING_ANSWER, ProposalStatus
from forum.coalition.policy import responses, votes
from forum.coalition.queries import members
from forum.coalition.queries import votes as queries
from forum.lib import clock
from tests.factories.coalition_votes import in_discussion, open_vote, row, submitted
from tests.people import viewer

pytestmark = pytest.mark.usefixtures("app")

INSIDE = ["member", "coordinator", "delegate", "alternate", "neighbour", "facilitator"]
OUTSIDE = [
    "staff",
    "colleague",
    "expert",
    "guest",
    "observer",
    "operator",
    "outsider",
    "loose_facilitator",
]


def may_open(cast, who, **more):
    proposal = in_discussion(cast, **more)
    me = viewer(getattr(cast, who))
    seen = row(proposal, cast.delegate)
    return votes.can_open_vote(me, seen, members.speaks_for(me, cast.coalition.id))


@pytest.mark.parametrize("who", ["delegate", "alternate", "facilitator"])
def test_the_proposing_project_speaks_and_so_may_open_the_vote(cast, who):
    assert may_open(cast, who)


@pytest.mark.parametrize("who", ["member", "coordinator", "neighbour", "delegate_encinos"])
def test_another_member_reads_why_they_may_not(cast, who):
    answer = may_open(cast, who)
    assert not answer
    assert "delegate" in answer.reason


@pytest.mark.parametrize("who", OUTSIDE)
def test_nobody_outside_opens_a_vote_or_sees_a_ballot(cast, who):
    assert not may_open(cast, who)
    seen = row(in_discussion(cast), cast.delegate)
    assert not votes.can_see_ballots(viewer(getattr(cast, who)), seen)


@pytest.mark.parametrize("who", INSIDE)
def test_inside_the_coalition_ballots_are_open(cast, who):
    seen = row(in_discussion(cast), cast.delegate)
    assert votes.can_see_ballots(viewer(getattr(cast, who)), seen)


@pytest.mark.parametrize("status", [s for s in ProposalStatus if s != "in_discussion"])
def test_only_a_proposal_in_discussion_goes_to_the_vote(cast, status):
    from dataclasses import replace

    seen = replace(row(in_discussion(cast), cast.delegate), status=status)
    me = viewer(cast.facilitator)
    assert not votes.can_open_vote(me, seen, frozenset())


@pytest.mark.parametrize("who", ["delegate", "alternate"])
def test_who_speaks_for_a_seat_casts_until_the_closing(cast, who):
    proposal = in_discussion(cast)
    open_vote(cast, proposal)
    me = getattr(cast, who)
    panel = queries.vote_panel(row(proposal, me), viewer(me))
    assert panel.may_cast
    at_closing = votes.can_cast(viewer(me), panel.vote, panel.mine, panel.vote.closes_at)
    assert not at_closing
    assert "closed" in at_closing.reason


@pytest.mark.parametrize("who", ["member", "coordinator", "facilitator", "neighbour"])
def test_who_speaks_for_none_reads_who_does(cast, who):
    proposal = in_discussion(cast)
    open_vote(cast, proposal)
    me = getattr(cast, who)
    answer = queries.vote_panel(row(proposal, me), viewer(me)).may_cast
    assert not answer
    assert "delegate or alternate" in answer.reason


def answering(cast, who, status=ProposalStatus.SUBMITTED):
    proposal = submitted(cast, submitted_at=clock.now() - timedelta(days=1))
    proposal.status = status
    return viewer(getattr(cast, who)), row(proposal, cast.staff)


@pytest.mark.parametrize("who", ["staff", "colleague"])
def test_staff_acknowledges_prepares_and_answers(cast, who):
    me, seen = answering(cast, who)
    assert responses.can_acknowledge(me, seen)
    assert responses.can_respond(me, seen)
    assert responses.can_see_response_drafts(me)


@pytest.mark.parametrize("who", [*INSIDE, *[o for o in OUTSIDE if o not in ("staff", "colleague")]])
def test_nobody_else_does_nor_sees_what_is_prepared(cast, who):
    me, seen = answering(cast, who)
    assert not responses.can_acknowledge(me, seen)
    assert not responses.can_respond(me, seen)
    assert not responses.can_see_response_drafts(me)
    assert not responses.can_update_commitment(me, ProposalStatus.FOLLOWING_UP)


@pytest.mark.parametrize("status", ProposalStatus)
def test_only_what_waits_is_answered(cast, status):
    from dataclasses import replace

    me, seen = answering(cast, "staff")
    assert bool(responses.can_respond(me, replace(seen, status=status))) == (
        status in AWAITING_ANSWER
    )


@pytest.mark.parametrize("status", ProposalStatus)
def test_commitments_are_told_of_until_the_proposal_is_closed(cast, status):
    me = viewer(cast.staff)
    assert bool(responses.can_update_commitment(me, status)) == (
        status in (ProposalStatus.ANSWERED, ProposalStatus.FOLLOWING_UP)
    )
