"""Ballots by phone or on paper: recorded by who facilitates, on a delegate's word."""

import pytest
from sqlalchemy import func, select

from forum.activity.models import Event
from forum.coalition.actions import assisted, votes
from forum.coalition.models import AssistedHow, Ballot, BallotConfirmation
from forum.coalition.policy import votes as policy
from forum.coalition.queries import vote_lists
from forum.coalition.queries import votes as queries
from forum.coalition.queries.objections import is_named
from forum.coalition.tally import Choice
from forum.db import db
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.browserless import path_of
from tests.factories.coalition_votes import cast_by, in_discussion, open_vote, row
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-05-01T12:00")
    return in_discussion(cast)


@pytest.fixture
def vote(cast, proposal):
    return open_vote(cast, proposal)


def record(cast, proposal, who=None, by="encinos", **more):
    values = {
        "project_id": cast.projects["encinos"].id,
        "instructed_by": cast.delegates[by].public_id,
        "how": AssistedHow.PHONE,
        "choice": Choice.AGREE,
        "reason": "",
        "language": "es",
    }
    who = who or cast.facilitator
    return assisted.record_ballot(viewer(who), row(proposal, who), **values | more)


def confirm(cast, proposal, who, seq=1):
    return assisted.confirm_ballot(
        viewer(who), row(proposal, who), project_id=cast.projects["encinos"].id, seq=seq
    )


def seat(proposal, who):
    found = queries.vote_panel(row(proposal, who), viewer(who)).seats
    return next(one for one in found if one.project_slug == "encinos")


def test_it_counts_and_tells_who_recorded_it_on_whose_word_and_how(cast, proposal, vote, letters):
    ballot = record(cast, proposal)
    db.session.commit()
    assert (ballot.assisted, ballot.cast_by_id) == (True, cast.facilitator.id)
    shown = seat(proposal, cast.member)
    assert (shown.choice, shown.assisted_how, shown.confirmed) == ("agree", "phone", False)
    assert shown.instructed_by == cast.delegates["encinos"].name
    assert [one.to_address for one in letters("ballot_recorded")] == [
        cast.delegates["encinos"].email
    ]
    event = db.session.scalars(select(Event).where(Event.verb == "ballot.recorded")).one()
    assert event.actor_id == cast.facilitator.id
    assert event.particulars["person"] == cast.delegates["encinos"].id


@pytest.mark.parametrize("who", ["delegate", "member", "coordinator", "delegate_encinos"])
def test_nobody_but_who_facilitates_records(cast, proposal, vote, who):
    with pytest.raises(Forbidden):
        record(cast, proposal, who=getattr(cast, who))


@pytest.mark.parametrize("who", ["staff", "operator", "expert", "observer", "loose_facilitator"])
def test_nobody_outside_records(cast, proposal, vote, who):
    assert not policy.can_assist(viewer(getattr(cast, who)), row(proposal, cast.delegate))


def test_only_on_the_word_of_the_seats_own_delegate(cast, proposal, vote):
    for other in (cast.delegate, cast.neighbour, cast.staff):
        with pytest.raises(Refused) as refused:
            record(cast, proposal, instructed_by=other.public_id)
        assert refused.value.field == "instructed"


def test_what_a_project_cast_itself_is_its_own(cast, proposal, vote):
    cast_by(cast.delegates["encinos"], proposal, "disagree")
    with pytest.raises(Refused):
        record(cast, proposal)


def test_who_disagrees_says_why_here_too(cast, proposal, vote):
    with pytest.raises(Refused):
        record(cast, proposal, choice=Choice.BLOCK)


def test_after_the_closing_nothing_is_recorded_or_confirmed(cast, proposal, vote, clock_at):
    record(cast, proposal)
    clock_at(vote.closes_at)
    with pytest.raises(WrongState):
        record(cast, proposal, choice=Choice.ABSTAIN)
    with pytest.raises(WrongState):
        confirm(cast, proposal, cast.delegates["encinos"])


def test_twice_the_same_adds_nothing(cast, proposal, vote):
    said = {"choice": Choice.BLOCK, "reason": "No hay agua.", "named": True}
    assert record(cast, proposal, **said).id == record(cast, proposal, **said).id
    recorded = select(Event.particulars).where(Event.verb == "ballot.recorded")
    assert [told["named"] for told in db.session.scalars(recorded)] == [True]


def test_the_delegate_confirms_it_and_twice_is_harmless(cast, proposal, vote):
    record(cast, proposal)
    for _ in range(2):
        confirm(cast, proposal, cast.delegates["encinos"])
    assert seat(proposal, cast.member).confirmed
    counted = select(func.count()).select_from(BallotConfirmation)
    assert db.session.execute(counted).scalar_one() == 1


def test_only_what_the_delegate_saw_is_confirmed(cast, proposal, vote, sign_in):
    record(cast, proposal)
    db.session.commit()
    page = f"/proposals/{proposal.public_id}"
    delegate = sign_in(cast.delegates["encinos"])
    assert 'name="seq" type="hidden" value="1"' in delegate.get(page).text
    record(cast, proposal, choice=Choice.DISAGREE, reason="Nuestra asamblea no lo quiere.")
    sent = delegate.send(f"{page}/ballot/confirmation", {"project": "encinos", "seq": 1})
    assert sent.status_code == 409
    assert "Another ballot was recorded meanwhile" in sent.text
    assert not seat(proposal, cast.member).confirmed
    panel = sent.text.partition("Confirm it")[0].rpartition("<form")[2]
    assert "Nuestra asamblea no lo quiere." in panel
    delegate.send(f"{page}/ballot/confirmation", {"project": "encinos", "seq": 2})
    assert seat(proposal, cast.member).confirmed


def test_a_name_given_to_an_objection_is_confirmed_anew(cast, proposal, vote, sign_in):
    objection = {"choice": Choice.BLOCK, "reason": "Nos dañaría."}
    first = record(cast, proposal, **objection)
    confirm(cast, proposal, cast.delegates["encinos"])
    again = record(cast, proposal, **objection, named=True)
    assert (again.id, is_named(again.seat_id)) != (first.id, True)
    assert not seat(proposal, cast.member).confirmed
    assert record(cast, proposal, **objection, named=True).id == again.id
    told = select(Event).where(Event.verb == "ballot.recorded").order_by(Event.id)
    assert [one.particulars["named"] for one in db.session.scalars(told)] == [False, True]
    db.session.commit()
    page = sign_in(cast.delegates["encinos"]).get(f"/proposals/{proposal.public_id}").text
    assert "It travels with your project’s name." in page.partition("Confirm it")[0]


@pytest.mark.parametrize("who", ["delegate", "neighbour", "facilitator"])
def test_nobody_else_confirms_it(cast, proposal, vote, who):
    record(cast, proposal)
    with pytest.raises(Forbidden):
        confirm(cast, proposal, getattr(cast, who))


def test_the_delegate_corrects_it_by_casting(cast, proposal, vote):
    record(cast, proposal)
    confirm(cast, proposal, cast.delegates["encinos"])
    cast_by(cast.delegates["encinos"], proposal, "disagree")
    shown = seat(proposal, cast.member)
    assert (shown.choice, shown.assisted_how, shown.confirmed) == ("disagree", None, False)
    with pytest.raises(WrongState):
        confirm(cast, proposal, cast.delegates["encinos"])


def test_the_same_words_cast_by_the_delegate_are_the_projects_own(cast, proposal, vote):
    record(cast, proposal)
    cast_by(cast.delegates["encinos"], proposal, "agree")
    shown = seat(proposal, cast.member)
    assert (shown.times, shown.assisted_how, shown.to_confirm) == (2, None, False)
    with pytest.raises(Refused):
        record(cast, proposal, choice=Choice.ABSTAIN)


def test_a_second_call_takes_it_along_with_its_confirmation(cast, proposal, vote, clock_at):
    record(cast, proposal, mandate="Asamblea, 3 de mayo, 41 presentes")
    confirm(cast, proposal, cast.delegates["encinos"])
    cast_by(cast.delegate, proposal)
    clock_at(vote.closes_at)
    votes.seal_due(proposal.id)
    shown = seat(proposal, cast.member)
    assert (shown.assisted_how, shown.confirmed) == ("phone", True)
    assert shown.mandate.startswith("Asamblea")


def test_by_the_pages_from_the_recording_to_the_confirmation(cast, proposal, vote, sign_in):
    db.session.commit()
    page = f"/proposals/{proposal.public_id}"
    facilitator, delegate = sign_in(cast.facilitator), sign_in(cast.delegates["encinos"])
    assert "/ballot/assisted" in facilitator.get(page).text
    assert "/ballot/assisted" not in delegate.get(page).text
    assert cast.delegates["encinos"].public_id in facilitator.get(f"{page}/ballot/assisted").text
    form = {
        "instructed": f"encinos:{cast.delegates['encinos'].public_id}",
        "how": "paper",
        "choice": "agree",
        "language": "es",
        "mandate": "Nuestra asamblea, 41 presentes",
    }
    nobody = facilitator.send(f"{page}/ballot/assisted", form | {"instructed": ""})
    assert nobody.status_code == 422
    assert "Please choose the delegate who said it." in nobody.text
    wrong = facilitator.send(f"{page}/ballot/assisted", form | {"instructed": "ceiba:x"})
    assert wrong.status_code == 422
    sent = facilitator.send(f"{page}/ballot/assisted", form)
    assert path_of(sent).startswith(page)
    shown = delegate.get(page).text
    assert "Confirm it" in shown
    assert "not confirmed" in shown
    assert "41 presentes" in shown
    delegate.send(f"{page}/ballot/confirmation", {"project": "encinos", "seq": 1})
    shown = delegate.get(page).text
    assert "Confirm it" not in shown
    assert "<b>confirmed</b>" in shown
    assert db.session.scalars(select(Ballot)).one().instructed_by_id is not None


def test_it_waits_at_its_delegates_home_until_confirmed_or_changed(cast, proposal, vote, sign_in):
    def waits(who):
        found = vote_lists.waiting_for(viewer(who))
        return [(one.project_name, one.recorded) for one in found]

    delegate = cast.delegates["encinos"]
    assert waits(delegate) == [("Cooperativa Los Encinos", False)]
    record(cast, proposal)
    for who in (cast.facilitator, cast.neighbour, cast.staff, cast.delegate):
        assert ("Cooperativa Los Encinos", True) not in waits(who)
    db.session.commit()
    assert "A recorded ballot is to be confirmed" in sign_in(delegate).get("/").text
    confirm(cast, proposal, delegate)
    assert waits(delegate) == []
    record(cast, proposal, choice=Choice.ABSTAIN)
    assert waits(delegate) == [("Cooperativa Los Encinos", True)]
    cast_by(delegate, proposal)
    assert waits(delegate) == []


def test_a_result_that_hangs_on_what_nobody_confirmed_says_so_inside(
    cast, proposal, vote, clock_at, sign_in
):
    record(cast, proposal)
    for slug in ("ceiba", "tierra-mansa", "rio-claro"):
        cast_by(cast.delegates[slug], proposal, "agree" if slug == "ceiba" else "abstain")
    db.session.commit()
    page = f"/proposals/{proposal.public_id}"
    clock_at(vote.closes_at)
    said = "1 ballot was recorded by phone or on paper and its delegate has not confirmed it."
    assert f"{said} Without that the outcome would have been another." in (
        sign_in(cast.delegate).get(page).text
    )
    assert "has not confirmed" not in sign_in(cast.staff).get(page).text


def test_a_result_that_stands_without_it_says_only_that_it_was_not_confirmed(
    cast, proposal, vote, clock_at, sign_in
):
    record(cast, proposal)
    for slug in ("ceiba", "tierra-mansa", "rio-claro", "yerba-alta"):
        cast_by(cast.delegates[slug], proposal)
    db.session.commit()
    clock_at(vote.closes_at)
    shown = sign_in(cast.delegate).get(f"/proposals/{proposal.public_id}").text
    assert "its delegate has not confirmed it." in shown
    assert "would have been another" not in shown
