"""Putting a proposal to the vote."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.coalition.actions import amendments, form_check, votes
from forum.coalition.lifecycle import ProposalStatus, TextPart
from forum.coalition.models import Coalition, CoalitionMembership, Delegate, Proposal, Seat, Vote
from forum.coalition.queries import opening, vote_lists
from forum.coalition.tally import Rules
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.web.forms import Stale
from tests.factories import coalition as make
from tests.factories.coalition_votes import in_discussion, open_vote, row
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def put_to_vote(cast, proposal, who, days=15, version=None):
    return votes.open_vote(
        viewer(who),
        row(proposal, who),
        closes_at=clock.now() + timedelta(days=days),
        version=version or proposal.version,
    )


@pytest.mark.parametrize("who", ["delegate", "alternate", "facilitator"])
def test_the_proposing_projects_delegate_or_alternate_or_who_facilitates_opens_it(cast, who):
    proposal = in_discussion(cast)
    vote = put_to_vote(cast, proposal, getattr(cast, who))
    assert proposal.status is ProposalStatus.VOTING
    assert (vote.call, vote.opened_by_id) == (1, getattr(cast, who).id)


@pytest.mark.parametrize("who", ["member", "coordinator", "neighbour", "delegate_encinos"])
def test_nobody_else_of_the_coalition_opens_it(cast, who):
    proposal = in_discussion(cast)
    with pytest.raises(Forbidden):
        put_to_vote(cast, proposal, getattr(cast, who))


def test_it_freezes_the_version_the_rules_and_one_seat_a_member_project(cast):
    left = cast.projects["tierra-mansa"].id
    db.session.scalars(
        select(CoalitionMembership).where(CoalitionMembership.project_id == left)
    ).one().left_at = clock.now()
    vote = open_vote(cast)
    seats = db.session.scalars(select(Seat).where(Seat.vote_id == vote.id)).all()
    assert {s.project_id for s in seats} == {
        p.id for slug, p in cast.projects.items() if slug not in ("tierra-mansa", "monte-lejano")
    }
    by_project = {s.project_id: s for s in seats}
    ceiba = by_project[cast.projects["ceiba"].id]
    assert (ceiba.country, ceiba.delegate_id) == ("GT", cast.delegate.id)
    db.session.get_one(Coalition, cast.coalition.id).rules = Rules(quorum="3/4").as_json()
    db.session.flush()
    frozen = vote_lists.outcomes_for([vote.proposal_id])[vote.proposal_id].vote
    assert (frozen.rules, frozen.version_number) == (Rules(), 1)


def test_a_project_without_a_delegate_keeps_its_seat(cast):
    gone = db.session.scalars(
        select(Delegate).where(Delegate.project_id == cast.projects["encinos"].id)
    ).one()
    gone.until, gone.side = clock.now(), None
    vote = open_vote(cast)
    seats = db.session.scalars(select(Seat).where(Seat.vote_id == vote.id)).all()
    vacant = [s for s in seats if s.delegate_id is None]
    assert len(seats) == 6
    assert [s.project_id for s in vacant] == [cast.projects["encinos"].id]


def test_who_is_suspended_casts_nothing_so_the_seat_tells_who_else_can(cast, sign_in):
    for person in (cast.delegate, cast.delegates["encinos"]):
        db.session.get_one(Person, person.id).suspended_at = clock.now()
    seats = {one.project_name: one for one in opening.seats_to_be(cast.coalition.id)}
    assert len(seats) == 6
    ceiba, encinos = seats["Proyecto Ceiba"], seats["Cooperativa Los Encinos"]
    assert (ceiba.delegate_id, ceiba.alternate_name) == (None, cast.alternate.name)
    assert (encinos.delegate_id, encinos.alternate_name) == (None, None)
    proposal = in_discussion(cast)
    db.session.commit()
    page = sign_in(cast.facilitator).get(f"/proposals/{proposal.public_id}/opening").text
    assert f"Alternate: {cast.alternate.name}" in page
    assert page.count("Nobody can cast its ballot now") == 1
    assert page.count("Delegate: ") == 4
    frozen = select(Seat.delegate_id).where(Seat.vote_id == open_vote(cast, proposal).id)
    assert db.session.scalars(frozen).all().count(None) == 2


def test_the_moment_that_is_told_is_one_that_will_do(cast, clock_at):
    """Times are told to the minute, and nobody opens a vote at a full one."""
    now = clock_at("2026-05-01T12:00:37.5")
    proposal = in_discussion(cast, discussion_at=now - timedelta(days=21))
    with pytest.raises(Refused) as refused:
        put_to_vote(cast, proposal, cast.delegate, days=14 - 1 / 86400)
    assert "May 15, 06:01 (Guatemala time)" in refused.value.message
    votes.open_vote(
        viewer(cast.delegate),
        row(proposal, cast.delegate),
        closes_at=clock.now().replace(minute=1, second=0, microsecond=0) + timedelta(days=14),
        version=1,
    )
    other = in_discussion(cast, discussion_at=now - timedelta(days=20))
    assert (
        "May 2, 06:01 (Guatemala time)" in opening.missing_for_opening(row(other, cast.member))[0]
    )


def test_it_is_recorded_in_the_coalitions_space(cast):
    vote = open_vote(cast)
    event = db.session.scalars(select(Event).where(Event.verb == "vote.opened")).one()
    assert (event.object_id, event.space_id) == (vote.id, cast.spaces["coalition"].id)
    assert event.particulars["seats"] == 6


def test_a_discussion_shorter_than_the_rules_ask_for_is_refused_with_the_day(cast, clock_at):
    now = clock_at("2026-05-01T12:00")
    proposal = in_discussion(cast, discussion_at=now - timedelta(days=21) + timedelta(seconds=1))
    missing = opening.missing_for_opening(row(proposal, cast.delegate))
    assert len(missing) == 1
    assert "21 days" in missing[0]
    with pytest.raises(Refused):
        put_to_vote(cast, proposal, cast.delegate)
    clock_at(now + timedelta(seconds=1))
    assert opening.missing_for_opening(row(proposal, cast.delegate)) == []
    put_to_vote(cast, proposal, cast.delegate)


def test_a_closing_sooner_than_the_rules_ask_for_is_refused(cast, clock_at):
    clock_at("2026-05-01T12:00")
    proposal = in_discussion(cast)
    too_soon = clock.now() + timedelta(days=14) - timedelta(seconds=1)
    with pytest.raises(Refused) as refused:
        votes.open_vote(
            viewer(cast.delegate), row(proposal, cast.delegate), closes_at=too_soon, version=1
        )
    assert refused.value.field == "closes_on"
    put_to_vote(cast, proposal, cast.delegate, days=14)


def test_a_closing_in_years_is_refused(cast):
    with pytest.raises(Refused):
        put_to_vote(cast, in_discussion(cast), cast.delegate, days=400)


def test_without_a_member_project_there_is_nothing_to_open(cast):
    for membership in db.session.scalars(select(CoalitionMembership)):
        membership.left_at = clock.now()
    with pytest.raises(Refused):
        put_to_vote(cast, in_discussion(cast), cast.facilitator)


def test_members_of_one_country_cannot_meet_a_rule_of_two(cast):
    for membership in db.session.scalars(select(CoalitionMembership)):
        if membership.project_id != cast.projects["ceiba"].id:
            membership.left_at = clock.now()
    with pytest.raises(Refused):
        put_to_vote(cast, in_discussion(cast), cast.facilitator)


@pytest.mark.parametrize("status", ["draft", "adopted", "not_adopted"])
def test_only_a_proposal_in_discussion_is_put_to_the_vote(cast, status):
    proposal = in_discussion(cast, status=ProposalStatus(status))
    with pytest.raises(WrongState):
        put_to_vote(cast, proposal, cast.delegate)


def test_twice_is_refused(cast):
    proposal = in_discussion(cast)
    open_vote(cast, proposal)
    with pytest.raises(WrongState):
        open_vote(cast, proposal)


def test_a_text_changed_while_one_looked_is_not_put_to_the_vote_unread(cast):
    proposal = in_discussion(cast)
    with pytest.raises(Stale) as stale:
        put_to_vote(cast, proposal, cast.delegate, version=7)
    assert stale.value.version == 1


def test_of_two_who_open_it_at_once_one_does(cast, race):
    proposal = in_discussion(cast)
    db.session.commit()
    people = [cast.delegate, cast.facilitator, cast.alternate]

    def press(i):
        vote = open_vote_by(people[i % 3], proposal.public_id)
        db.session.commit()
        return vote.id

    done = race(6, press)
    assert sum(isinstance(d, int) for d in done) == 1
    assert all(isinstance(d, int | WrongState) for d in done), done
    assert len(db.session.scalars(select(Vote)).all()) == 1
    assert len(db.session.scalars(select(Seat)).all()) == 6
    assert db.session.get_one(Proposal, proposal.id).status is ProposalStatus.VOTING


def open_vote_by(person, public_id):
    proposal = db.session.scalars(select(Proposal).where(Proposal.public_id == public_id)).one()
    return votes.open_vote(
        viewer(person),
        row(proposal, person),
        closes_at=clock.now() + timedelta(days=15),
        version=1,
    )


def test_what_still_waits_for_a_word_is_listed_before_the_text_is_frozen(cast, sign_in):
    proposal, other = in_discussion(cast), make.shared(cast, cast.delegates["encinos"])
    db.session.commit()
    page = f"/proposals/{proposal.public_id}/opening"
    assert "What still waits for a word" not in sign_in(cast.delegate).get(page).text
    amendments.propose(
        viewer(cast.neighbour),
        row(proposal, cast.neighbour),
        part=TextPart.ASK,
        passage="una guía",
        words="una guía breve",
        why="Nadie lee cien páginas.",
        language="es",
    )
    form_check.suggest_merge(
        viewer(cast.facilitator),
        row(other, cast.facilitator),
        target=row(proposal, cast.facilitator),
        reason="Piden lo mismo.",
        language="es",
    )
    db.session.commit()
    shown = sign_in(cast.delegate).get(page).text
    assert "What still waits for a word" in shown
    assert "Nadie lee cien páginas." in shown
    assert f'href="/proposals/{other.public_id}"' in shown
