"""Many at once: one ballot counts, a cast is in or out, one answer is given."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.coalition.actions import responses, votes
from forum.coalition.models import (
    Ballot,
    Delegate,
    Proposal,
    Response,
    ResponseDraft,
    Result,
    Seat,
    Vote,
)
from forum.coalition.queries import votes as queries
from forum.coalition.tally import Choice
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Forbidden, WrongState
from forum.web.forms import Stale
from tests.factories.coalition_votes import cast_by, in_discussion, open_vote, row, submitted, text
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

CASTS = 50
PATIENCE = 20  # seconds one side waits for the other


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-05-01T12:00")
    made = in_discussion(cast)
    open_vote(cast, made)
    db.session.commit()
    return made


def mine(public_id):
    return db.session.scalars(select(Proposal).where(Proposal.public_id == public_id)).one()


def closing_of(proposal):
    return db.session.scalars(select(Vote.closes_at).where(Vote.proposal_id == proposal.id)).one()


def test_fifty_casts_at_once_by_one_delegate_leave_one_ballot_that_counts(cast, proposal, race):
    choices = list(Choice)

    def press(i):
        ballot = cast_by(
            cast.delegate, mine(proposal.public_id), choices[i % 4].value, f"Motivo {i}"
        )
        db.session.commit()
        return ballot.seq

    assert sorted(race(CASTS, press)) == list(range(1, CASTS + 1))
    ballots = db.session.scalars(select(Ballot).order_by(Ballot.seq)).all()
    assert [b.seq for b in ballots] == list(range(1, CASTS + 1))
    seen = queries.vote_panel(row(proposal, cast.delegate), viewer(cast.delegate))
    assert seen.tally.cast == 1
    ceiba = next(s for s in seen.seats if s.choice)
    assert (ceiba.choice, ceiba.reason) == (ballots[-1].choice, ballots[-1].reason)


def test_the_same_ballot_pressed_many_times_at_once_is_stored_once(cast, proposal, race):
    def press(_i):
        ballot = cast_by(cast.delegate, mine(proposal.public_id), "agree", "Hace falta.")
        db.session.commit()
        return ballot.seq

    assert race(10, press) == [1] * 10
    assert len(db.session.scalars(select(Ballot)).all()) == 1


def test_of_a_delegate_and_an_alternate_who_cast_at_once_the_second_is_told(cast, proposal, race):
    people = (cast.delegate, cast.alternate)

    def press(i):
        held = mine(proposal.public_id)
        ballot = cast_by(people[i], held, ("agree", "abstain")[i], seen="")
        db.session.commit()
        return ballot.choice

    results = race(2, press)
    told = [one for one in results if isinstance(one, votes.CastMeanwhile)]
    assert len(told) == 1, results
    kept = db.session.scalars(select(Ballot)).one()
    assert kept.choice in results
    assert told[0].texts["choice"] == kept.choice


def test_sealing_waits_for_a_cast_that_is_under_way_and_counts_it(cast, proposal, race):
    closes, cast_done = closing_of(proposal), threading.Event()

    def act(i):
        held = mine(proposal.public_id)
        if i == 0:
            with clock.frozen(closes - timedelta(seconds=1)):
                cast_by(cast.delegate, held)
            cast_done.set()
            time.sleep(0.5)  # the closing comes while this is not stored yet
            db.session.commit()
            return "cast"
        db.session.rollback()  # let go of what was read: the other side needs to begin
        assert cast_done.wait(PATIENCE)
        with clock.frozen(closes):
            result = votes.seal_due(proposal.id)
        db.session.commit()
        return result.cast

    assert race(2, act) == ["cast", 1]
    assert len(db.session.scalars(select(Ballot)).all()) == 1


def test_who_waited_for_the_vote_beyond_its_closing_is_out(cast, proposal, race, monkeypatch):
    """The clock is read once the vote is held, not when the request came in."""
    closes = closing_of(proposal)
    moment = [closes - timedelta(seconds=1)]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    held, waiting = threading.Event(), threading.Event()

    def act(i):
        if i == 0:
            votes.hold_vote(proposal.id)
            held.set()
            assert waiting.wait(PATIENCE)
            time.sleep(0.5)  # the other one stands before the lock
            moment[0] = closes
            db.session.commit()
            return "let go"
        db.session.rollback()
        assert held.wait(PATIENCE)
        waiting.set()
        cast_by(cast.delegate, mine(proposal.public_id))
        db.session.commit()
        return "cast"

    first, second = race(2, act)
    assert first == "let go"
    assert isinstance(second, WrongState)
    assert db.session.scalars(select(Ballot)).all() == []


def test_casts_and_the_closing_at_once_leave_a_result_of_exactly_the_ballots(cast, proposal, race):
    closes = closing_of(proposal)
    people = list(cast.delegates.values())

    def act(i):
        held = mine(proposal.public_id)
        if i < len(people):
            with clock.frozen(closes - timedelta(microseconds=1)):
                cast_by(people[i], held)
        else:
            with clock.frozen(closes):
                votes.seal_due(proposal.id)
        db.session.commit()
        return "in"

    outcomes = race(len(people) + 2, act)
    assert all(o == "in" or isinstance(o, WrongState) for o in outcomes), outcomes
    result = db.session.scalars(select(Result)).one()
    # a second call, when enough voted for one, begins with copies of what stands: not counted here
    cast_in = select(Ballot).join(Seat).where(Seat.vote_id == result.vote_id)
    stored = len(db.session.scalars(cast_in).all())
    assert result.cast == stored == sum(o == "in" for o in outcomes[: len(people)])


def test_sealed_by_many_at_once_it_is_sealed_once(cast, proposal, race, clock_at):
    clock_at(closing_of(proposal))

    def seal(_i):
        result = votes.seal_due(proposal.id)
        db.session.commit()
        return result.id

    assert len(set(race(8, seal))) == 1


def test_a_delegate_replaced_while_casting_is_in_whole_or_out(cast, proposal, race):
    """Whoever is being replaced casts before the change is stored, or not at all."""

    def act(i):
        held = mine(proposal.public_id)
        if i == 0:
            cast_by(cast.delegates["encinos"], held)
            db.session.commit()
            return "cast"
        office = db.session.scalars(
            select(Delegate)
            .where(Delegate.person_id == cast.delegates["encinos"].id)
            .with_for_update()
        ).one()
        office.until, office.side = clock.now(), None
        db.session.commit()
        return "replaced"

    first, second = race(2, act)
    assert second == "replaced"
    assert first == "cast" or isinstance(first, Forbidden)
    assert len(db.session.scalars(select(Ballot)).all()) == (first == "cast")


def test_a_replacement_waits_for_the_cast_that_is_under_way(cast, proposal, race):
    cast_done, stored = threading.Event(), []

    def act(i):
        if i == 0:
            cast_by(cast.delegates["encinos"], mine(proposal.public_id))
            cast_done.set()
            time.sleep(0.5)
            stored.append("cast")
            db.session.commit()
            return "cast"
        db.session.rollback()
        assert cast_done.wait(PATIENCE)
        office = db.session.scalars(
            select(Delegate)
            .where(Delegate.person_id == cast.delegates["encinos"].id)
            .with_for_update()
        ).one()
        stored.append("replaced")
        office.until, office.side = clock.now(), None
        db.session.commit()
        return "replaced"

    assert race(2, act) == ["cast", "replaced"]
    assert stored == ["cast", "replaced"]


def test_of_two_who_publish_at_once_one_answers(cast, race):
    proposal = submitted(cast)
    db.session.commit()
    people = [cast.staff, cast.colleague]

    def press(i):
        who = people[i % 2]
        made = responses.publish(
            viewer(who), row(mine(proposal.public_id), who), text(reasons=f"Razón {i}"), version=0
        )
        db.session.commit()
        return made.id

    done = race(6, press)
    assert sum(isinstance(d, int) for d in done) == 1
    assert all(isinstance(d, int | WrongState) for d in done), done
    assert len(db.session.scalars(select(Response)).all()) == 1


def test_of_two_who_save_the_first_draft_at_once_the_second_sees_the_first(cast, race):
    proposal = submitted(cast)
    db.session.commit()
    people = [cast.staff, cast.colleague]

    def press(i):
        who = people[i]
        draft = responses.save_draft(
            viewer(who), row(mine(proposal.public_id), who), text(reasons=f"Razón {i}"), version=0
        )
        db.session.commit()
        return draft.version

    done = race(2, press)
    late = [d for d in done if isinstance(d, Stale)]
    assert [d for d in done if isinstance(d, int)] == [1]
    assert len(late) == 1
    kept = db.session.scalars(select(ResponseDraft)).one()
    assert late[0].texts["reasons"] == kept.reasons
