"""The rules of DOMAIN section 4 just below, at and just above their thresholds, on the database.

Which tests stand for which rule: test_every_rule. The statuses: test_lifecycle. Two at once: every
test_races*. A worker that stood still: test_time.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from forum.accounts.actions import standing
from forum.accounts.models import Person
from forum.accounts.sides import Side
from forum.coalition.actions import closing, discussion, members, ratings, responses, support, votes
from forum.coalition.actions.reminders import remind_all_due
from forum.coalition.lifecycle import ProposalStatus, Verdict
from forum.coalition.models import Ballot, Coalition, Result, Seat, Vote
from forum.coalition.queries import opening, vote_lists
from forum.coalition.queries import responses as answers
from forum.coalition.queries import votes as queries
from forum.coalition.tally import Choice, Rules
from forum.db import db
from forum.directory.models import Project, ProjectMember
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.factories import coalition as make
from tests.factories.coalition_votes import (
    CAST_SLUGS,
    all_cast,
    cast_by,
    in_discussion,
    open_vote,
    row,
    submitted,
    text,
)
from tests.factories.directory import a_project
from tests.people import person, viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

TICK = timedelta(microseconds=1)
S = ProposalStatus


@pytest.fixture(autouse=True)
def noon(app, clock_at):
    clock_at("2026-05-01T12:00")


@pytest.fixture
def proposal(cast):
    return in_discussion(cast)


def join(cast, slug, country="PE"):
    """A project joins; returns who speaks for it."""
    made = a_project(db.session, cast.region, slug=slug, name=slug.title(), country=country)
    members.admit_project(viewer(cast.facilitator), make.coalition(cast), slug)
    who = person(db.session, slug, Side.MEMBER)
    db.session.add(
        ProjectMember(project_id=made.id, person_id=who.id, side="member", role="member")
    )
    db.session.flush()
    speak(cast, made.id, who)
    return who


def speak(cast, project_id, who, **more):
    """Whoever facilitates records that this person speaks for the project."""
    coalition = make.coalition(cast)
    members.name_delegate(
        viewer(cast.facilitator), coalition, project_id, person=who.public_id, **more
    )


def leave(cast, slug):
    project_id = cast.projects[slug].id
    members.take_project_out(viewer(cast.facilitator), make.coalition(cast), project_id)


def rule(cast, **changed):
    """The coalition's rules, as they are but for these."""
    held = db.session.get_one(Coalition, cast.coalition.id)
    held.rules = replace(Rules.of(held.rules), **changed).as_json()
    db.session.flush()


def from_(cast, countries):
    """The six are of those countries, from now on."""
    for slug, country in zip(CAST_SLUGS, countries.split(), strict=True):
        db.session.get_one(Project, cast.projects[slug].id).country = country
    db.session.flush()


def closed(proposal, clock_at):
    """The vote at its closing, sealed: the result and where the proposal is."""
    newest = select(Vote).where(Vote.proposal_id == proposal.id).order_by(Vote.call.desc())
    clock_at(db.session.scalars(newest).first().closes_at)
    return votes.seal_due(proposal.id)


def panel(proposal, who):
    return queries.vote_panel(row(proposal, who), viewer(who))


def ballots():
    return list(db.session.scalars(select(Ballot).order_by(Ballot.id)))


# --- 1. One member project, one seat, its delegate or alternate --------------------------------


def test_a_project_that_joins_in_mid_vote_has_no_seat_in_it_and_one_in_the_next(cast, proposal):
    vote = open_vote(cast, proposal)
    newcomer = join(cast, "loma-verde")
    with pytest.raises(Forbidden):
        cast_by(newcomer, proposal)
    shown = panel(proposal, newcomer)
    assert (shown.tally.seats, shown.tally.quorum_needed, shown.mine) == (6, 4, ())
    assert vote_lists.waiting_for(viewer(newcomer)) == []
    following = in_discussion(cast)
    assert open_vote(cast, following).id != vote.id
    cast_by(newcomer, following)
    assert panel(following, newcomer).tally.seats == 7


def test_the_seat_of_a_project_that_leaves_in_mid_vote_stays_with_what_it_said(
    cast, proposal, clock_at
):
    open_vote(cast, proposal)
    all_cast(cast, proposal, "aaad..")
    encinos = cast.delegates["encinos"]
    seen = row(proposal, encinos)
    leave(cast, "encinos")
    with pytest.raises(NotFound):
        row(proposal, encinos)
    with pytest.raises(Forbidden):
        votes.cast_ballot(viewer(encinos), seen, choice=Choice.ABSTAIN, reason="", language="es")
    result = closed(proposal, clock_at)
    assert (result.seats, result.cast, result.agree) == (6, 4, 3)
    assert proposal.status is S.ADOPTED


def test_one_that_leaves_before_it_said_anything_leaves_a_vacant_seat(cast, proposal, clock_at):
    open_vote(cast, proposal)
    leave(cast, "encinos")
    all_cast(cast, proposal, "a.aa..")
    result = closed(proposal, clock_at)
    assert (result.seats, result.cast, result.outcome) == (6, 3, "no_quorum")


def test_a_project_that_left_and_is_back_speaks_for_its_seat_again(cast, proposal):
    open_vote(cast, proposal)
    encinos = cast.delegates["encinos"]
    cast_by(encinos, proposal)
    leave(cast, "encinos")
    members.admit_project(viewer(cast.facilitator), make.coalition(cast), "encinos")
    with pytest.raises(Forbidden):  # the office ended when the project left
        cast_by(encinos, proposal, "abstain")
    speak(cast, cast.projects["encinos"].id, encinos)
    cast_by(encinos, proposal, "abstain")
    assert [ballot.choice for ballot in ballots()] == ["agree", "abstain"]


def test_a_delegate_changed_in_mid_vote_loses_the_ballot_to_the_successor(cast, proposal):
    open_vote(cast, proposal)
    encinos = cast.delegates["encinos"]
    cast_by(encinos, proposal)
    speak(cast, cast.projects["encinos"].id, cast.neighbour)
    with pytest.raises(Forbidden):
        cast_by(encinos, proposal, "abstain")
    assert panel(proposal, encinos).mine == ()
    cast_by(cast.neighbour, proposal, "disagree")
    said = [(ballot.seq, ballot.choice, ballot.cast_by_id) for ballot in ballots()]
    assert said == [(1, "agree", encinos.id), (2, "disagree", cast.neighbour.id)]
    frozen = select(Seat.delegate_id).where(Seat.project_id == cast.projects["encinos"].id)
    assert db.session.scalars(frozen).one() == encinos.id


def test_an_alternate_who_becomes_delegate_in_mid_vote_still_speaks(cast, proposal):
    open_vote(cast, proposal)
    speak(cast, cast.projects["ceiba"].id, cast.alternate)
    cast_by(cast.alternate, proposal)
    with pytest.raises(Forbidden):
        cast_by(cast.delegate, proposal)


def test_a_delegate_suspended_in_mid_vote_casts_nothing_and_what_was_cast_counts(
    cast, proposal, clock_at, letters
):
    vote = open_vote(cast, proposal)
    cast_by(cast.delegate, proposal)
    for who in (cast.delegate, cast.delegates["rio-claro"]):
        standing.suspend(None, who.id, reason="Lo pidió.")
    for who in (cast.delegate, cast.delegates["rio-claro"]):
        with pytest.raises(Forbidden):
            votes.cast_ballot(
                viewer(who),
                row(proposal, cast.member),
                choice=Choice.AGREE,
                reason="",
                language="es",
            )
    clock_at(vote.closes_at - timedelta(days=1))
    remind_all_due()
    db.session.commit()
    reminded = {letter.to_address for letter in letters("vote_reminder")}
    assert cast.delegates["rio-claro"].email not in reminded
    assert cast.delegates["encinos"].email in reminded
    cast_by(cast.alternate, proposal, "abstain")  # the seat is not lost with its delegate
    result = closed(proposal, clock_at)
    assert (result.seats, result.cast, result.abstain) == (6, 1, 1)


def test_a_suspension_that_ends_in_mid_vote_gives_the_ballot_back(cast, proposal, clock_at):
    vote = open_vote(cast, proposal)
    encinos = cast.delegates["encinos"]
    held = db.session.get_one(Person, encinos.id)
    held.suspended_at, held.suspended_until = clock.now(), vote.closes_at - timedelta(days=2)
    db.session.flush()
    clock_at(held.suspended_until - TICK)
    with pytest.raises(Forbidden):
        cast_by(encinos, proposal)
    clock_at(held.suspended_until)
    cast_by(encinos, proposal)
    assert len(ballots()) == 1


# --- 2. Co-sponsors ----------------------------------------------------------------------------


@pytest.mark.parametrize(("members_in_all", "needed"), [(6, 1), (7, 1), (8, 2), (9, 2)])
def test_two_projects_stand_behind_it_and_one_under_eight_members(cast, members_in_all, needed):
    for n in range(members_in_all - 6):
        join(cast, f"loma-{n}")
    made = make.shared(cast)
    for backers, slug in enumerate(("encinos", "yerba-alta"), 1):
        if backers > needed:
            break
        assert made.status is S.SEEKING_COSPONSORS, backers - 1
        make.backed(cast, made, slug)
    assert made.status is S.IN_DISCUSSION
    make.backed(cast, made, "rio-claro")  # one more is welcome


@pytest.mark.parametrize(("country", "enough"), [("GT", False), ("PE", True)])
def test_those_behind_it_are_of_two_countries(cast, country, enough):
    made, neighbour = make.shared(cast), join(cast, "loma-verde", country)
    make.backed(cast, made)
    support.cosponsor(viewer(neighbour), make.row(made, neighbour))
    assert (made.status is S.IN_DISCUSSION) is enough


def test_a_member_that_joins_meanwhile_may_raise_what_is_asked_for(cast):
    join(cast, "loma-1")
    made = make.shared(cast)
    join(cast, "loma-2")  # the eighth
    make.backed(cast, made, "encinos")
    assert made.status is S.SEEKING_COSPONSORS
    make.backed(cast, made, "yerba-alta")
    assert made.status is S.IN_DISCUSSION


def test_a_member_that_leaves_meanwhile_may_lower_what_is_asked_for(cast):
    """Eight ask for two behind it, seven for one: what is there is enough at the next word."""
    join(cast, "loma-1")
    join(cast, "loma-2")
    made = make.shared(cast)
    make.backed(cast, made, "encinos")
    assert made.status is S.SEEKING_COSPONSORS
    leave(cast, "rio-claro")
    seen = make.row(made, cast.delegate)
    discussion.start_discussion(viewer(cast.delegate), seen)
    assert made.status is S.IN_DISCUSSION


# --- 5. How long it is discussed and voted on --------------------------------------------------


def opened(cast, proposal, closes_at):
    return votes.open_vote(
        viewer(cast.delegate), row(proposal, cast.delegate), closes_at=closes_at, version=1
    )


@pytest.mark.parametrize(
    ("late", "ready"), [(-timedelta(days=1), False), (-TICK, False), (TICK * 0, True), (TICK, True)]
)
def test_it_is_discussed_for_21_days(cast, late, ready):
    discussed = clock.now() - timedelta(days=21) - late
    made = in_discussion(cast, discussion_at=discussed)
    closes_at = clock.now() + timedelta(days=15)
    assert (opening.missing_for_opening(row(made, cast.delegate)) == []) is ready
    if ready:
        opened(cast, made, closes_at)
        return
    with pytest.raises(Refused, match="at least 21 days"):
        opened(cast, made, closes_at)


@pytest.mark.parametrize(
    ("days", "fits"),
    [
        (timedelta(days=13), False),
        (timedelta(days=14) - TICK, False),
        (timedelta(days=14), True),
        (timedelta(days=14) + TICK, True),
        (timedelta(days=120), True),
        (timedelta(days=120) + TICK, False),
    ],
)
def test_it_is_voted_on_for_14_days_and_at_most_120(cast, proposal, days, fits):
    if fits:
        assert opened(cast, proposal, clock.now() + days).closes_at - clock.now() == days
        return
    with pytest.raises(Refused) as refused:
        opened(cast, proposal, clock.now() + days)
    assert refused.value.field == "closes_on"


def test_a_ballot_is_changed_until_the_closing_and_not_at_it(cast, proposal, clock_at):
    vote = open_vote(cast, proposal)
    cast_by(cast.delegate, proposal)
    clock_at(vote.closes_at - TICK)
    cast_by(cast.delegate, proposal, "disagree")
    clock_at(vote.closes_at)
    for who, choice in ((cast.delegate, "agree"), (cast.alternate, "abstain")):
        with pytest.raises(WrongState):
            cast_by(who, proposal, choice)
    assert [ballot.choice for ballot in ballots()] == ["agree", "disagree"]


# --- 7. Quorum and second call -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("aaa...", "no_quorum"),  # n - 1 of 6
        ("aaaa..", "adopted"),  # n
        ("aaaaa.", "adopted"),  # n + 1
        ("aa--..", "adopted"),  # who abstains counts
        ("aa-b..", "adopted"),  # and so does who objects
        ("bbbb..", "not_adopted"),
        ("----..", "not_adopted"),
        ("------", "not_adopted"),  # all abstain
    ],
)
def test_the_quorum_of_six(cast, proposal, clock_at, said, outcome):
    open_vote(cast, proposal)
    all_cast(cast, proposal, said)
    result = closed(proposal, clock_at)
    assert (result.quorum_needed, result.outcome, result.cast) == (
        4,
        outcome,
        6 - said.count("."),
    )
    assert proposal.status == (S.VOTING if outcome == "no_quorum" else outcome)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [("aaa....", "no_quorum"), ("aaaa...", "adopted"), ("aaaaa..", "adopted")],
)
def test_the_quorum_of_seven_of_which_one_is_vacant(cast, clock_at, said, outcome):
    seventh = join(cast, "loma-verde")
    made = in_discussion(cast)
    open_vote(cast, made)
    project_id = db.session.scalars(select(Project.id).where(Project.slug == "loma-verde")).one()
    coalition = make.coalition(cast)
    members.name_delegate(viewer(cast.facilitator), coalition, project_id, person="")
    with pytest.raises(Forbidden):
        cast_by(seventh, made)
    all_cast(cast, made, said[:6])
    result = closed(made, clock_at)
    assert (result.seats, result.quorum_needed, result.outcome) == (7, 4, outcome)


@pytest.mark.parametrize(
    ("seats", "said", "follows"),
    [
        (6, "a.....", False),  # n - 1
        (6, "a-....", True),  # n: a third
        (6, "ab-...", True),  # n + 1
        (7, "aa....", False),
        (7, "aab...", True),
        (6, "......", False),
    ],
)
def test_a_second_call_follows_from_a_third_of_the_seats_on(cast, clock_at, seats, said, follows):
    if seats == 7:
        join(cast, "loma-verde")
    made = in_discussion(cast)
    open_vote(cast, made)
    all_cast(cast, made, said)
    assert closed(made, clock_at).outcome == "no_quorum"
    assert made.status is (S.VOTING if follows else S.NO_QUORUM)
    calls = db.session.scalars(select(Vote.call).where(Vote.proposal_id == made.id)).all()
    assert sorted(calls) == ([1, 2] if follows else [1])


@pytest.mark.parametrize(
    ("said", "more", "outcome"),
    [
        ("aa....", "", "adopted"),  # a third is enough now, and they are of two countries
        ("ad....", "", "not_adopted"),
        ("ad....", "..a...", "adopted"),  # two thirds
        ("--....", "", "not_adopted"),  # all abstain
        ("ab....", "..d...", "not_adopted"),
    ],
)
def test_a_second_call_decides_and_there_is_no_third(cast, proposal, clock_at, said, more, outcome):
    open_vote(cast, proposal)
    all_cast(cast, proposal, said)
    closed(proposal, clock_at)
    all_cast(cast, proposal, more)
    result = closed(proposal, clock_at)
    assert (result.outcome, result.quorum_needed, proposal.status) == (outcome, 2, outcome)
    assert len(db.session.scalars(select(Result)).all()) == 2
    clock_at(clock.now() + timedelta(days=30))
    assert votes.seal_all_due() == 0
    assert len(db.session.scalars(select(Vote)).all()) == 2


def in_second_call(cast, proposal, clock_at, said):
    """The vote came to those ballots, and its second call is open."""
    open_vote(cast, proposal)
    all_cast(cast, proposal, said)
    assert closed(proposal, clock_at).outcome == "no_quorum"
    assert proposal.status is S.VOTING


def test_a_project_that_joins_between_two_calls_has_no_seat_in_the_second(cast, proposal, clock_at):
    open_vote(cast, proposal)
    all_cast(cast, proposal, "aa....")
    newcomer = join(cast, "loma-verde")
    assert closed(proposal, clock_at).seats == 6
    with pytest.raises(Forbidden):
        cast_by(newcomer, proposal)
    assert closed(proposal, clock_at).seats == 6


def test_one_that_left_between_two_calls_keeps_its_seat_and_what_it_said(cast, proposal, clock_at):
    in_second_call(cast, proposal, clock_at, "aa....")
    leave(cast, "encinos")
    leave(cast, "rio-claro")
    result = closed(proposal, clock_at)
    assert (result.seats, result.cast, result.outcome) == (6, 2, "adopted")


def test_a_delegate_changed_in_a_second_call_loses_the_ballot_to_the_successor(
    cast, proposal, clock_at
):
    in_second_call(cast, proposal, clock_at, "ad....")
    encinos = cast.delegates["encinos"]
    speak(cast, cast.projects["encinos"].id, cast.neighbour)
    with pytest.raises(Forbidden):
        cast_by(encinos, proposal, "abstain")
    cast_by(cast.neighbour, proposal, "agree")
    assert closed(proposal, clock_at).outcome == "adopted"


def test_a_delegate_suspended_in_a_second_call_casts_nothing_and_what_stands_counts(
    cast, proposal, clock_at
):
    in_second_call(cast, proposal, clock_at, "aa....")
    encinos = cast.delegates["encinos"]
    standing.suspend(None, encinos.id, reason="Lo pidió.")
    with pytest.raises(Forbidden):
        votes.cast_ballot(
            viewer(encinos),
            row(proposal, cast.member),
            choice=Choice.ABSTAIN,
            reason="",
            language="es",
        )
    result = closed(proposal, clock_at)
    assert (result.agree, result.cast, result.outcome) == (2, 2, "adopted")


def test_in_a_second_call_too_those_that_agree_are_of_two_countries(cast, proposal, clock_at):
    from_(cast, "GT GT MX MX MX MX")
    in_second_call(cast, proposal, clock_at, "aa....")
    result = closed(proposal, clock_at)
    assert (result.deciding, proposal.status) == ("countries", "not_adopted")


# --- 8. Majority and countries -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("aaaddd", "not_adopted"),  # n - 1: 3 of 6
        ("aaaadb", "adopted"),  # n: 4 of 6 are just two thirds, and a block is a disagree
        ("aaaaab", "adopted"),  # n + 1
        ("aad---", "adopted"),  # abstaining weighs on neither side
        ("adb---", "not_adopted"),
        ("ddd---", "not_adopted"),
    ],
)
def test_two_thirds_of_those_that_take_sides(cast, proposal, clock_at, said, outcome):
    open_vote(cast, proposal)
    all_cast(cast, proposal, said)
    assert closed(proposal, clock_at).outcome == proposal.status == outcome


@pytest.mark.parametrize(
    ("countries", "outcome", "deciding"),
    [
        ("GT GT GT GT MX MX", "not_adopted", "countries"),  # n - 1
        ("GT GT GT MX MX MX", "adopted", "carried"),  # n
        ("GT GT MX HN MX MX", "adopted", "carried"),  # n + 1
    ],
)
def test_those_that_agree_are_of_two_countries(
    cast, proposal, clock_at, countries, outcome, deciding
):
    from_(cast, countries)
    open_vote(cast, proposal)
    all_cast(cast, proposal, "aaaad-")
    result = closed(proposal, clock_at)
    assert (result.outcome, result.deciding) == (outcome, deciding)


def test_countries_are_as_they_were_when_the_vote_was_opened(cast, proposal, clock_at):
    from_(cast, "GT GT GT GT MX MX")
    open_vote(cast, proposal)
    all_cast(cast, proposal, "aaaa--")
    from_(cast, "GT NI HN BO MX MX")
    result = closed(proposal, clock_at)
    assert (result.countries, result.deciding) == (1, "countries")


def test_a_coalition_of_one_country_decides_once_its_rules_ask_for_one(cast, proposal, clock_at):
    from_(cast, "GT GT GT GT GT GT")
    with pytest.raises(Refused, match="at least 2 countries"):
        opened(cast, proposal, clock.now() + timedelta(days=15))
    rule(cast, minimum_countries=1)
    open_vote(cast, proposal)
    all_cast(cast, proposal, "aaaaaa")
    result = closed(proposal, clock_at)
    assert (result.countries, result.outcome) == (1, "adopted")


@pytest.mark.parametrize(
    ("needed", "outcome"), [(3, "adopted"), (4, "adopted"), (5, "not_adopted")]
)
def test_the_minimum_of_countries_is_the_coalitions(cast, proposal, clock_at, needed, outcome):
    rule(cast, minimum_countries=needed)
    open_vote(cast, proposal)
    all_cast(cast, proposal, "aaaa..")
    assert closed(proposal, clock_at).outcome == outcome


# --- 11. The coalition has rated ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("seats", "raters", "rated"), [(6, 3, False), (6, 4, True), (7, 3, False), (7, 4, True)]
)
def test_more_than_half_of_the_members_have_rated(cast, seats, raters, rated):
    if seats == 7:
        join(cast, "loma-verde")
    made = submitted(cast)
    responses.publish(viewer(cast.staff), row(made, cast.staff), text(), version=0)
    for slug in CAST_SLUGS[:raters]:
        who = cast.delegates[slug]
        newest = answers.newest_answer(made.id)
        ratings.rate(
            viewer(who),
            row(made, who),
            verdict=Verdict.SATISFIED,
            reason="",
            language="es",
            answers=newest.public_id,
        )
    assert closing._is_rated(made) is rated


def test_only_members_of_today_have_rated(cast):
    """Three of seven are too few; when two others left, they are three of five."""
    join(cast, "loma-verde")
    made = submitted(cast)
    responses.publish(viewer(cast.staff), row(made, cast.staff), text(), version=0)
    newest = answers.newest_answer(made.id).public_id
    said = {"verdict": Verdict.SATISFIED, "reason": "", "language": "es", "answers": newest}
    for slug in CAST_SLUGS[:3]:
        ratings.rate(viewer(cast.delegates[slug]), row(made, cast.delegates[slug]), **said)
    leave(cast, "tierra-mansa")
    assert not closing._is_rated(made)  # of six
    leave(cast, "sierra-nueva")
    assert closing._is_rated(made)  # of five
    leave(cast, "encinos")
    leave(cast, "yerba-alta")
    assert not closing._is_rated(made)  # what they said counts no more: one of three
