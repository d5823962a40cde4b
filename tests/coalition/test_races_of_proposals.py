"""Two at once at one proposal: the second is judged by what the first left behind.

Both saw the proposal as it was before. The first holds it, and stores what it did only after the
second has come to the lock.
"""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.activity.models import Event
from forum.coalition.actions import members, proposals, responses, support, votes
from forum.coalition.lifecycle import ProposalStatus, Route
from forum.coalition.models import Ballot, CoSponsor, Proposal, ProposalVersion, Response
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Forbidden, WrongState
from forum.spaces.kinds import SpaceKind
from tests.factories import coalition as make
from tests.factories.coalition_votes import cast_by, in_discussion, open_vote, row, submitted
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


def by(person, proposal, action, **more):
    """That person's action, with the proposal as they saw it before."""
    who, seen = viewer(person), row(proposal, person)
    return lambda: action(who, seen, **more)


def opening(cast, proposal):
    closes = clock.now() + timedelta(days=15)
    return by(cast.facilitator, proposal, votes.open_vote, closes_at=closes, version=1)


def editing(cast, proposal):
    same = {"language": "es", "visibility_after": SpaceKind.NETWORK}
    text = make.text(ask="Otra cosa.")
    return by(
        cast.delegate, proposal, proposals.edit, text=text, version=1, note="Otra petición", **same
    )


def cosponsoring(cast, proposal):
    return by(cast.delegates["encinos"], proposal, support.cosponsor)


def count(model):
    return db.session.scalars(select(func.count()).select_from(model)).one()


def test_nobody_stands_behind_a_proposal_that_is_being_withdrawn(
    cast, proposal, one_after_the_other
):
    withdrawing = by(cast.delegate, proposal, proposals.withdraw, reason="Ya no hace falta.")
    first, second = one_after_the_other(withdrawing, cosponsoring(cast, proposal))
    assert first == "done"
    assert isinstance(second, WrongState)
    assert count(CoSponsor) == 0


def test_co_sponsors_are_as_they_were_when_the_vote_was_opened(cast, proposal, one_after_the_other):
    first, second = one_after_the_other(opening(cast, proposal), cosponsoring(cast, proposal))
    assert first == "done"
    assert isinstance(second, WrongState)
    assert count(CoSponsor) == 0


def test_nobody_stops_co_sponsoring_what_is_being_put_to_the_vote(
    cast, proposal, one_after_the_other
):
    cosponsoring(cast, proposal)()
    leaving = by(cast.delegates["encinos"], proposal, support.stop_cosponsoring)
    put_to_vote = opening(cast, proposal)
    db.session.commit()
    first, second = one_after_the_other(put_to_vote, leaving)
    assert first == "done"
    assert isinstance(second, WrongState)
    assert count(CoSponsor) == 1


def test_the_text_is_frozen_for_who_edits_while_the_vote_is_opened(
    cast, proposal, one_after_the_other
):
    first, second = one_after_the_other(opening(cast, proposal), editing(cast, proposal))
    assert first == "done"
    assert isinstance(second, WrongState)
    assert count(ProposalVersion) == 1


def test_who_opens_the_vote_on_a_text_that_is_being_changed_is_told(
    cast, proposal, one_after_the_other
):
    first, second = one_after_the_other(editing(cast, proposal), opening(cast, proposal))
    assert first == "done"
    assert isinstance(second, votes.TextChanged)
    assert db.session.get_one(Proposal, proposal.id).status is ProposalStatus.IN_DISCUSSION


def test_of_two_who_submit_at_once_one_does(cast, one_after_the_other):
    adopted = make.adopted(cast)
    db.session.commit()
    first, second = one_after_the_other(
        by(cast.delegate, adopted, proposals.submit),
        by(cast.facilitator, adopted, proposals.submit),
    )
    assert first == "done"
    assert isinstance(second, WrongState)
    told = select(func.count()).where(Event.verb == "proposal.submitted")
    assert db.session.scalars(told).one() == 1


def test_two_proposals_submitted_at_once_get_two_numbers(cast, one_after_the_other):
    both = [make.adopted(cast), make.adopted(cast)]
    db.session.commit()
    submitting = [by(cast.facilitator, one, proposals.submit) for one in both]
    assert one_after_the_other(*submitting) == ["done", "done"]
    numbers = db.session.scalars(select(Proposal.number).order_by(Proposal.id))
    assert list(numbers) == ["LAC-2026-001", "LAC-2026-002"]


def test_who_is_being_replaced_as_delegate_casts_no_ballot(cast, proposal, one_after_the_other):
    open_vote(cast, proposal)
    db.session.commit()
    coalition, person = make.coalition(cast), cast.member.public_id

    def naming():
        members.name_delegate(
            viewer(cast.coordinator), coalition, cast.projects["ceiba"].id, person=person
        )

    first, second = one_after_the_other(naming, lambda: cast_by(cast.delegate, proposal))
    assert first == "done"
    assert isinstance(second, Forbidden)
    assert count(Ballot) == 0


def test_of_two_who_acknowledge_at_once_one_does(cast, one_after_the_other):
    proposal = submitted(cast)
    db.session.commit()
    first, second = one_after_the_other(
        by(cast.staff, proposal, responses.acknowledge, route=Route.TAC, language="es"),
        by(cast.colleague, proposal, responses.acknowledge, route=Route.BOARD, language="es"),
    )
    assert first == "done"
    assert isinstance(second, WrongState)
    assert [one.route for one in db.session.scalars(select(Response))] == [Route.TAC]
