"""Suspending, restoring, and on which side somebody stands."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from forum.accounts import actions, policy
from forum.accounts.models import Person
from forum.accounts.sides import Side
from forum.db import db
from forum.directory.models import ProjectMember
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.spaces.models import SpaceMember
from tests.people import PASSWORD, viewer

pytestmark = pytest.mark.both_databases


def test_a_suspended_person_is_out_at_once(cast, sign_in, events):
    client = sign_in(cast.member)
    assert client.get("/me").status_code == 200
    actions.suspend(viewer(cast.operator), cast.member.id, reason="Wrote threats.")
    assert client.get("/me").status_code == 303
    (event,) = events("person.suspended")
    assert event.actor_id == cast.operator.id
    assert "threats" not in str(event.particulars)
    assert db.session.get(Person, cast.member.id).suspended_reason == "Wrote threats."


def test_suspending_twice_is_once(cast, events):
    for _twice in range(2):
        actions.suspend(viewer(cast.operator), cast.member.id, reason="Why.")
    assert len(events("person.suspended")) == 1


def test_suspending_needs_a_reason_and_an_operator(cast, app):
    with pytest.raises(Refused):
        actions.suspend(viewer(cast.operator), cast.member.id, reason="")
    with pytest.raises(Forbidden):
        actions.suspend(viewer(cast.facilitator), cast.member.id, reason="Why.")


def test_a_restored_person_comes_back(cast, events):
    actions.restore(viewer(cast.operator), cast.suspended.id)
    actions.restore(viewer(cast.operator), cast.suspended.id)
    assert db.session.get(Person, cast.suspended.id).suspended_at is None
    assert len(events("person.restored")) == 1


def test_a_change_of_side_is_recorded_from_where_to_where(cast, events):
    actions.change_side(viewer(cast.operator), cast.observer.id, Side.STAFF)
    actions.change_side(viewer(cast.operator), cast.observer.id, Side.STAFF)
    (event,) = events("person.side_changed")
    assert event.particulars == {"before": "observer", "after": "staff"}
    assert db.session.get(Person, cast.observer.id).side == Side.STAFF


def test_others_change_nobodys_side(cast, app):
    with pytest.raises(Forbidden):
        actions.change_side(viewer(cast.staff), cast.observer.id, Side.STAFF)


@pytest.mark.parametrize("who", ["member", "facilitator", "expert"])
def test_who_holds_something_of_their_side_keeps_it(cast, who, row_counts):
    somebody = getattr(cast, who)
    before = row_counts()
    with pytest.raises(WrongState):
        actions.change_side(viewer(cast.operator), somebody.id, Side.STAFF)
    assert db.session.get(Person, somebody.id).side == somebody.side
    db.session.rollback()
    assert row_counts() == before


def test_the_database_refuses_staff_in_a_project(cast, app):
    db.session.add(
        ProjectMember(
            project_id=cast.projects["ceiba"].id,
            person_id=cast.staff.id,
            side="member",
            role="member",
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_database_refuses_staff_who_say_so_in_a_project(cast, app):
    db.session.add(
        ProjectMember(
            project_id=cast.projects["ceiba"].id,
            person_id=cast.staff.id,
            side="staff",
            role="member",
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("side", ["staff", "facilitator"])
def test_the_database_refuses_staff_in_a_coalitions_room(cast, app, side):
    db.session.add(
        SpaceMember(space_id=cast.spaces["coalition"].id, person_id=cast.staff.id, side=side)
    )
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("who", ["member", "facilitator"])
def test_the_database_refuses_to_make_staff_of_those_inside(cast, app, who):
    db.session.get(Person, getattr(cast, who).id).side = Side.STAFF
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_database_knows_each_address_once(cast, app):
    db.session.get(Person, cast.member.id).email = cast.delegate.email
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("wrong", [{"email": "Not@Folded.example"}, {"email": None}])
def test_the_database_refuses_a_person_who_cannot_sign_in(cast, app, wrong):
    person = db.session.get(Person, cast.member.id)
    for name, value in wrong.items():
        setattr(person, name, value)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_suspension_with_an_end_is_over_by_the_clock(cast, sign_in, clock_at, client, events):
    clock_at("2026-05-01T12:00")
    inside = sign_in(cast.member)
    until = datetime(2026, 5, 8, 12, tzinfo=UTC)
    actions.suspend_until(
        viewer(cast.facilitator), cast.member.id, until=until, reason="Wrote threats."
    )
    assert inside.get("/me").status_code == 303
    clock_at("2026-05-08T11:59")
    refused = client.send("/sign-in", email=cast.member.email, password=PASSWORD)
    assert refused.status_code == 422
    assert "Your account is suspended until" in refused.text
    assert "Wrote threats." in refused.text
    clock_at("2026-05-08T12:00")
    assert client.send("/sign-in", email=cast.member.email, password=PASSWORD).status_code == 303
    (event,) = events("person.suspended")
    assert "threats" not in str(event.particulars)


def test_only_who_knows_the_password_hears_of_a_suspension(cast, client, clock_at):
    clock_at("2026-05-01T12:00")
    until = datetime(2026, 5, 8, 12, tzinfo=UTC)
    actions.suspend_until(viewer(cast.facilitator), cast.member.id, until=until, reason="Threats.")
    wrong = client.send("/sign-in", email=cast.member.email, password="not-the-password")
    unknown = client.send("/sign-in", email="nobody@people.example", password="not-the-password")
    assert "suspended" not in wrong.text
    assert wrong.text.replace(cast.member.email, "") == unknown.text.replace(
        "nobody@people.example", ""
    )


def test_a_suspension_with_an_end_needs_a_reason_and_fitting_days(cast, app):
    for days, reason in ((0, "Why."), (91, "Why."), (7, "")):
        with pytest.raises(Refused):
            actions.suspend_until(
                viewer(cast.facilitator),
                cast.member.id,
                until=clock.now() + timedelta(days=days),
                reason=reason,
            )


@pytest.mark.parametrize("name", ["staff", "operator", "loose_facilitator", "facilitator"])
def test_who_facilitates_suspends_no_staff_operator_or_facilitator(cast, app, name):
    with pytest.raises(Forbidden):
        actions.suspend_until(
            viewer(cast.facilitator),
            cast.people[name].id,
            until=clock.now() + timedelta(days=7),
            reason="Why.",
        )


@pytest.mark.parametrize(("name", "allowed"), [("delegate", False), ("outsider", True)])
def test_a_facilitator_from_outside_takes_no_ballot_by_a_suspension(cast, app, name, allowed):
    who, person = viewer(cast.loose_facilitator), cast.people[name]
    assert bool(policy.can_suspend_for_a_time(who, person)) is allowed
    assert policy.can_suspend_for_a_time(viewer(cast.facilitator), person)


@pytest.mark.parametrize("name", ["staff", "operator", "delegate", "expert"])
def test_others_suspend_nobody_for_a_time(cast, app, name):
    with pytest.raises(Forbidden):
        actions.suspend_until(
            viewer(cast.people[name]),
            cast.member.id,
            until=clock.now() + timedelta(days=7),
            reason="Why.",
        )


def test_a_suspension_is_lengthened_and_never_shortened_by_another(cast, app, clock_at):
    clock_at("2026-05-01T12:00")
    who = viewer(cast.facilitator)
    week, fortnight = (clock.now() + timedelta(days=days) for days in (7, 14))
    actions.suspend_until(who, cast.member.id, until=week, reason="Why.")
    actions.suspend_until(who, cast.member.id, until=fortnight, reason="Again.")
    with pytest.raises(WrongState):
        actions.suspend_until(who, cast.member.id, until=week, reason="Why.")
    actions.suspend(viewer(cast.operator), cast.member.id, reason="For good.")
    with pytest.raises(WrongState):
        actions.suspend_until(who, cast.member.id, until=fortnight, reason="Why.")
    actions.restore(viewer(cast.operator), cast.member.id)
    assert not db.session.get(Person, cast.member.id).is_suspended()
