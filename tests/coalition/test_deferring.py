"""A proposal is set aside for a time, with its reason, and taken up again."""

import pytest
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from forum.activity.models import Event
from forum.coalition.actions import asides, proposals
from forum.coalition.lifecycle import MoveKind, ProposalStatus
from forum.coalition.queries.opening import missing_for_opening
from forum.coalition.queries.way import way_of
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.factories import coalition as make
from tests.factories import coalition_votes as vote
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

S = ProposalStatus
WHY = "Esperamos la asamblea de mayo."


def defer(proposal, person, reason=WHY):
    return asides.defer(viewer(person), make.row(proposal, person), reason=reason)


def take_up(proposal, person):
    return asides.take_up(viewer(person), make.row(proposal, person))


def test_it_is_set_aside_with_its_reason(cast):
    made = defer(make.discussed(cast), cast.delegate)
    assert (made.status, made.aside_reason) == (S.DEFERRED, WHY)
    event = db.session.scalars(select(Event).where(Event.verb == "proposal.deferred")).one()
    assert event.particulars == {"before": "in_discussion"}


def test_the_coalition_reads_it_still_and_nobody_else(cast):
    made = defer(make.shared(cast), cast.delegate)
    assert make.row(made, cast.neighbour).status is S.DEFERRED
    with pytest.raises(NotFound):
        make.row(made, cast.staff)


def test_it_needs_a_reason(cast):
    with pytest.raises(Refused):
        defer(make.discussed(cast), cast.delegate, reason="")


@pytest.mark.parametrize("who", ["facilitator", "member", "neighbour"])
def test_others_neither_defer_it_nor_take_it_up(cast, who):
    made, person = make.discussed(cast), getattr(cast, who)
    with pytest.raises(Forbidden):
        defer(made, person)
    defer(made, cast.delegate)
    with pytest.raises(Forbidden):
        take_up(made, person)


def test_a_draft_and_what_is_voted_on_are_not_deferred(cast):
    with pytest.raises(WrongState):
        defer(make.draft(cast), cast.delegate)
    made = make.discussed(cast, days=30)
    vote.open_vote(cast, made)
    with pytest.raises(WrongState):
        defer(made, cast.delegate)


def test_taken_up_it_is_discussed_for_the_whole_time_anew(cast):
    made = defer(make.discussed(cast, days=30), cast.delegate)
    take_up(made, cast.delegate)
    assert (made.status, made.aside_at, made.aside_reason) == (S.IN_DISCUSSION, None, "")
    assert clock.now() - made.discussion_at < clock.now() - made.created_at
    assert missing_for_opening(make.row(made, cast.delegate))


def test_what_looked_for_co_sponsors_does_so_again(cast):
    made = defer(make.shared(cast), cast.delegate)
    assert take_up(made, cast.delegate).status is S.SEEKING_COSPONSORS


def test_what_is_not_deferred_is_not_taken_up(cast):
    with pytest.raises(WrongState):
        take_up(make.discussed(cast), cast.delegate)


def test_a_deferred_one_may_be_withdrawn(cast):
    made = defer(make.discussed(cast), cast.delegate)
    proposals.withdraw(viewer(cast.delegate), make.row(made, cast.delegate), reason="Ya no.")
    assert made.status is S.WITHDRAWN


def test_its_way_keeps_every_step_and_reason(cast):
    made = defer(make.discussed(cast), cast.delegate)
    take_up(made, cast.delegate)
    moves = way_of(make.row(made, cast.member), viewer(cast.member)).moves
    assert [one.what for one in moves][-2:] == [MoveKind.DEFERRED, MoveKind.TAKEN_UP]
    assert moves[-2].reason == WHY


def test_by_the_pages(cast, sign_in):
    made = make.discussed(cast)
    db.session.commit()
    url, proposer = f"/proposals/{made.public_id}", sign_in(cast.delegate)
    assert f"{url}/deferral" in proposer.get(url).text
    assert proposer.get(f"{url}/deferral").status_code == 200
    assert proposer.send(f"{url}/deferral", {"reason": ""}).status_code == 422
    assert proposer.send(f"{url}/deferral", {"reason": WHY}).status_code == 303
    page = sign_in(cast.member).get(url).text
    assert WHY in page
    assert f"{url}/deferral/end" in proposer.get(url).text
    assert proposer.get(f"{url}/deferral/end").status_code == 200
    assert proposer.send(f"{url}/deferral/end").status_code == 303
    assert proposer.send(f"{url}/deferral/end").status_code == 303  # twice is harmless
    assert proposer.send(f"{url}/deferral/end", window="another").status_code == 409
