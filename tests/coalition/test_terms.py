"""Terms of office: until when a delegate speaks, what a vacancy means, who was a member when."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.coalition.actions import members as actions
from forum.coalition.actions import votes as voting
from forum.coalition.models import Coalition, Delegate, Seat
from forum.coalition.queries import members as queries
from forum.coalition.queries.opening import seats_to_be
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused
from forum.notifications.choosing import speaks_in
from tests.factories import coalition as make
from tests.factories import coalition_votes as votes
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

LAST = date(2026, 5, 10)
OVER = "2026-05-11T06:00"  # midnight in Guatemala, the coalition's zone


@pytest.fixture(autouse=True)
def april(app, clock_at):
    clock_at("2026-04-04T18:00")


def name(cast, chosen, *, last_day=LAST, alternate=False, project="ceiba"):
    return actions.name_delegate(
        viewer(cast.facilitator),
        make.coalition(cast),
        cast.projects[project].id,
        person=chosen.public_id if chosen else "",
        alternate=alternate,
        last_day=last_day,
    )


def speaks(cast, who):
    return bool(queries.speaks_for(viewer(who), cast.coalition.id))


def member(cast, reader, slug="ceiba"):
    found = queries.members_of(viewer(reader), make.coalition(cast))
    return next(one for one in found if one.slug == slug)


def page(cast, client):
    return client.get(f"/coalitions/{cast.coalition.slug}").text


def leave(cast, slug):
    coalition = make.coalition(cast)
    actions.take_project_out(viewer(cast.facilitator), coalition, cast.projects[slug].id)


@pytest.mark.parametrize(
    ("moment", "speaking"),
    [
        ("2026-05-10T18:00", True),
        ("2026-05-11T05:59:59.999999", True),
        (OVER, False),
        ("2026-05-11T06:00:00.000001", False),
    ],
)
def test_a_term_ends_with_its_last_day_in_the_coalitions_zone(cast, clock_at, moment, speaking):
    name(cast, cast.member)
    clock_at(moment)
    assert speaks(cast, cast.member) is speaking
    ceiba = member(cast, cast.neighbour)
    assert (ceiba.delegate is not None) is speaking
    assert (ceiba.delegate_before is None) is speaking
    office = ceiba.delegate or ceiba.delegate_before
    assert (office.name, office.last_day) == (cast.member.name, LAST)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Midway", "Asia/Kathmandu"])
def test_it_is_that_zones_midnight_wherever_it_is(cast, clock_at, zone):
    db.session.get_one(Coalition, cast.coalition.id).timezone = zone
    db.session.flush()
    name(cast, cast.member)
    clock_at(clock.end_of_day(LAST, zone) - timedelta(seconds=1))
    assert speaks(cast, cast.member)
    clock_at(clock.end_of_day(LAST, zone))
    assert not speaks(cast, cast.member)


def test_an_ended_term_leaves_a_vacant_seat_that_counts(cast, clock_at):
    name(cast, None, alternate=True, last_day=None)
    name(cast, cast.member)
    clock_at("2026-06-01T12:00")
    seats = seats_to_be(cast.coalition.id)
    assert len(seats) == 6
    assert [one.project_name for one in seats if one.is_vacant] == ["Proyecto Ceiba"]
    vote = votes.open_vote(cast)
    kept = db.session.scalars(
        select(Seat).filter_by(vote_id=vote.id, project_id=cast.projects["ceiba"].id)
    ).one()
    assert kept.delegate_id is None


def test_a_term_that_ends_in_mid_vote_takes_the_ballot_away_and_what_was_cast_stays(cast, clock_at):
    name(cast, cast.member)
    clock_at("2026-05-01T12:00")
    proposal = votes.in_discussion(cast)
    votes.open_vote(cast, proposal)
    votes.cast_by(cast.member, proposal, "agree")
    clock_at(OVER)
    with pytest.raises(Forbidden):
        votes.cast_by(cast.member, proposal, "disagree")
    votes.all_cast(cast, proposal, ".aaa")
    clock_at("2026-05-16T13:00")
    result = voting.seal_due(proposal.id)
    assert (result.agree, result.outcome) == (4, "adopted")


def test_the_alternate_speaks_on_when_the_delegates_term_is_over(cast, clock_at):
    name(cast, cast.member)
    name(cast, cast.coordinator, alternate=True, last_day=None)
    clock_at(OVER)
    assert not speaks(cast, cast.member)
    assert speaks(cast, cast.coordinator)
    assert not member(cast, cast.neighbour).is_vacant


def test_the_same_person_is_named_for_another_term(cast, clock_at):
    first = name(cast, cast.member)
    assert name(cast, cast.member).id == first.id  # the same again is nothing new
    clock_at("2026-05-20T12:00")
    second = name(cast, cast.member, last_day=date(2027, 5, 10))
    assert second.id != first.id
    assert speaks(cast, cast.member)
    assert db.session.get(Delegate, first.id).until is not None
    told = db.session.scalars(select(Event).filter_by(verb="delegate.named")).all()
    assert [one.particulars["last_day"] for one in told] == ["2026-05-10", "2027-05-10"]


def test_somebody_else_takes_over_an_office_whose_term_is_over(cast, clock_at):
    name(cast, cast.member)
    clock_at(OVER)
    name(cast, cast.coordinator, last_day=None)
    assert speaks(cast, cast.coordinator)
    assert member(cast, cast.neighbour).delegate_before is None


@pytest.mark.parametrize(
    ("last_day", "fits"),
    [
        (date(2026, 4, 3), False),
        (date(2026, 4, 4), True),  # today, in Guatemala
        (date(2036, 4, 4), True),
        (date(2036, 4, 5), False),
        (date(9999, 12, 31), False),
    ],
)
def test_a_last_day_is_from_today_on_and_within_ten_years(cast, last_day, fits):
    if fits:
        assert name(cast, cast.member, last_day=last_day)
        return
    with pytest.raises(Refused) as refused:
        name(cast, cast.member, last_day=last_day)
    assert refused.value.field == "last_day"
    assert speaks(cast, cast.delegate)


def test_whose_term_is_over_gets_no_letters_of_the_coalition(cast, clock_at):
    name(cast, cast.member)
    told = select(Person.id).where(speaks_in(cast.coalition))
    assert cast.member.id in db.session.scalars(told).all()
    clock_at(OVER)
    told = select(Person.id).where(speaks_in(cast.coalition))
    assert cast.member.id not in db.session.scalars(told).all()


# --- the pages -------------------------------------------------------------------------------


def test_the_term_is_given_by_the_form_and_shown_inside_alone(cast, sign_in, client):
    url = f"/coalitions/{cast.coalition.slug}/delegates"
    said = {"project": "ceiba", "role": "delegate", "person": cast.member.public_id}
    coordinator = sign_in(cast.coordinator)
    refused = coordinator.send(url, {**said, "last_day": "2026-04-01"})
    assert refused.status_code == 422
    assert "from today on, within ten years" in refused.text
    assert 'value="2026-04-01"' in refused.text
    assert coordinator.send(url, {**said, "last_day": "mañana"}).status_code == 422
    assert coordinator.send(url, {**said, "last_day": "2026-05-10"}).status_code == 303
    inside = page(cast, sign_in(cast.delegate_encinos))
    assert "May 10" in inside
    for other in (client, sign_in(cast.staff), sign_in(cast.outsider)):
        assert "May 10" not in page(cast, other)


def test_the_page_says_what_a_vacancy_means(cast, sign_in, clock_at):
    reader = sign_in(cast.delegate_encinos)
    assert "There are 6 seats, and the quorum is 4." in page(cast, reader)
    name(cast, None, alternate=True, last_day=None)
    name(cast, cast.member)
    clock_at(OVER)
    told = page(cast, reader)
    assert "the term of Member ended on Sunday, May 10" in told
    assert "1 seat is vacant now and counts all the same." in told
    assert "Of the 5 others, 4 must vote." in told
    name(cast, None, project="encinos", last_day=None)
    assert "Each of the others must vote to reach the quorum." in page(cast, reader)
    name(cast, None, project="rio-claro", last_day=None)
    assert "Those that can be cast cannot reach the quorum." in page(cast, reader)


def test_who_opens_a_vote_reads_it_too(cast, sign_in):
    name(cast, None, project="encinos", last_day=None)
    proposal = votes.in_discussion(cast)
    told = sign_in(cast.facilitator).get(f"/proposals/{proposal.public_id}/opening").text
    assert "1 seat is vacant now and counts all the same." in told


def test_who_opens_a_vote_reads_whose_term_ends_before_its_closing(cast, sign_in):
    name(cast, cast.member)
    proposal = votes.in_discussion(cast)
    told = sign_in(cast.facilitator).get(f"/proposals/{proposal.public_id}/opening").text
    assert "Delegate: Member, until Sunday, May 10" in told
    assert "Alternate: Alternate<" in told


def test_a_project_that_left_stays_listed_with_its_days(cast, client, clock_at):
    clock_at("2026-06-01T12:00")
    leave(cast, "tierra-mansa")
    told = page(cast, client)
    assert "Were members" in told
    assert "until Monday, June 1" in told


def test_one_that_is_back_stands_in_both_lists(cast, clock_at):
    clock_at("2026-06-01T12:00")
    leave(cast, "tierra-mansa")
    clock_at("2026-07-01T12:00")
    actions.admit_project(viewer(cast.facilitator), make.coalition(cast), "tierra-mansa")
    assert member(cast, cast.member, "tierra-mansa").joined_at.month == 7
    [former] = queries.former_members(make.coalition(cast))
    assert (former.slug, former.left_at.month) == ("tierra-mansa", 6)
