"""Inviting: the letter, the ledger, who may, and taking back."""

import pytest
from sqlalchemy import select

from forum.accounts import actions, queries
from forum.accounts.models import Invitation, Person
from forum.db import db
from forum.directory.models import ProjectMember
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.lib.tokens import digest
from tests.accounts.conftest import JOINING, path, token
from tests.people import viewer

pytestmark = pytest.mark.both_databases


def test_an_invitation_is_a_letter_with_a_link(cast, letters):
    made = actions.invite(
        viewer(cast.coordinator),
        email="Rosa@People.example ",
        side="member",
        project_id=cast.projects["ceiba"].id,
        role="member",
        name="Rosa",
        locale="es",
    )
    (letter,) = letters("invitation")
    assert letter.to_address == "rosa@people.example"
    assert letter.language == "es"
    assert letter.secret
    assert made.url in letter.text
    assert made.url in letter.html
    assert cast.coordinator.name in letter.text


def test_only_a_hash_of_the_link_is_kept(cast, app):
    made = actions.invite(viewer(cast.staff), email="rosa@people.example", side="staff")
    stored = db.session.scalars(select(Invitation)).one()
    assert stored.token_hash == digest(token(made.url))
    assert token(made.url) not in str(vars(stored))


def test_it_is_recorded_without_words(cast, events):
    actions.invite(
        viewer(cast.facilitator), email="rosa@people.example", side="expert", name="Rosa"
    )
    (event,) = events("person.invited")
    assert event.actor_id == cast.facilitator.id
    assert "rosa" not in str(event.particulars).lower()


def test_strangers_to_a_side_are_refused(cast, row_counts):
    before = row_counts()
    with pytest.raises(Forbidden):
        actions.invite(viewer(cast.facilitator), email="rosa@people.example", side="staff")
    with pytest.raises(Forbidden):
        actions.invite(viewer(cast.observer), email="rosa@people.example", side="observer")
    assert row_counts() == before


def test_who_has_an_account_is_not_invited_again(cast, app):
    with pytest.raises(Refused):
        actions.invite(viewer(cast.staff), email=cast.member.email.upper(), side="staff")


def test_only_members_are_invited_into_a_project(cast, app):
    with pytest.raises(Refused):
        actions.invite(
            viewer(cast.facilitator),
            email="rosa@people.example",
            side="expert",
            project_id=cast.projects["ceiba"].id,
        )


def test_without_an_address_there_is_a_link_and_no_letter(cast, letters):
    made = actions.invite(
        viewer(cast.member),
        email=None,
        side="member",
        project_id=cast.projects["ceiba"].id,
        name="Don Chepe",
    )
    assert "/invitations/" in made.url
    assert letters() == []


def test_what_is_taken_back_leads_nowhere(cast, client, events):
    made = actions.invite(viewer(cast.staff), email="rosa@people.example", side="staff")
    actions.revoke_invitation(viewer(cast.staff), made.invitation.id)
    actions.revoke_invitation(viewer(cast.staff), made.invitation.id)
    assert len(events("invitation.revoked")) == 1
    assert client.get(path(made.url)).status_code == 404
    assert client.send(path(made.url), JOINING).status_code == 404


def test_others_do_not_take_it_back(cast, app):
    made = actions.invite(viewer(cast.staff), email="rosa@people.example", side="staff")
    with pytest.raises(Forbidden):
        actions.revoke_invitation(viewer(cast.facilitator), made.invitation.id)


def test_what_was_used_is_not_taken_back(cast, client, invited):
    made = invited(side="staff")
    client.send(path(made.url), JOINING)
    with pytest.raises(WrongState):
        actions.revoke_invitation(viewer(cast.staff), made.invitation.id)


def test_open_invitations_are_those_that_can_still_be_used(cast, client, clock_at):
    clock_at("2026-03-01T12:00")
    ceiba = cast.projects["ceiba"].id
    for name in ("a", "b"):
        actions.invite(
            viewer(cast.member), email=f"{name}@x.example", side="member", project_id=ceiba
        )
    actions.invite(viewer(cast.staff), email="c@x.example", side="staff")
    assert [row.email for row in queries.open_invitations(ceiba)] == ["b@x.example", "a@x.example"]
    assert [row.email for row in queries.open_invitations()] == ["c@x.example"]
    clock_at("2026-03-15T12:00")
    assert queries.open_invitations(ceiba) == []


def test_whom_an_operator_invites_into_a_project_waits_for_its_word(cast, client, events):
    ceiba = cast.projects["ceiba"].id
    made = actions.invite(
        viewer(cast.operator), email="rosa@people.example", side="member", project_id=ceiba
    )
    client.send(path(made.url), JOINING)
    rosa = db.session.scalars(select(Person).where(Person.email == "rosa@people.example")).one()
    belongs = select(ProjectMember.project_id).where(ProjectMember.person_id == rosa.id)
    assert db.session.scalars(belongs).all() == []
    (waiting,) = queries.unconfirmed(ceiba)
    assert waiting.name == "Rosa Ixmatá"
    with pytest.raises(Forbidden):
        actions.confirm_joining(viewer(cast.operator), waiting.invitation_id)
    for _twice in range(2):
        actions.confirm_joining(viewer(cast.coordinator), waiting.invitation_id)
    assert db.session.scalars(belongs).all() == [ceiba]
    assert queries.unconfirmed(ceiba) == []
    assert len(events("person.joining_confirmed")) == 1


def test_nobody_is_confirmed_before_joining(cast, app):
    made = actions.invite(
        viewer(cast.operator),
        email="rosa@people.example",
        side="member",
        project_id=cast.projects["ceiba"].id,
    )
    with pytest.raises(WrongState):
        actions.confirm_joining(viewer(cast.facilitator), made.invitation.id)
