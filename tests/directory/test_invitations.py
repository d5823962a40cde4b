"""Inviting from the web: to a project, to another task, taking back, confirming, paper links."""

import re

import pytest
from sqlalchemy import select

from forum.accounts import actions as accounts
from forum.accounts.models import Invitation, Person
from forum.db import db
from forum.directory.models import ProjectMember, ProjectRole
from forum.directory.queries import members_of
from tests.browserless import path_of
from tests.people import viewer

INTO = "/projects/ceiba/invitations"
MARTA = {"name": "Marta", "email": "marta@example.org", "role": "member", "locale": "es"}
LINK = re.compile(r"http://localhost/(?:invitations|password)/\w{10,}")


def invitations():
    return list(db.session.scalars(select(Invitation).order_by(Invitation.id)))


def join(url, name="Marta"):
    handle = None if invitations()[-1].email else "marta"
    person = accounts.join(
        url.rpartition("/")[2],
        name=name,
        locale="es",
        timezone="America/Guatemala",
        password_hash="x",
        terms_version="1",
        handle=handle,
    )
    db.session.commit()
    return person


def names(cast):
    project_id = cast.projects["ceiba"].id
    return [m.name for m in members_of(viewer(cast.facilitator), project_id)]


@pytest.mark.parametrize("role", ["member", "coordinator", "facilitator", "operator"])
def test_who_belongs_to_a_project_invites_into_it(app, cast, sign_in, letters, role):
    client = sign_in(getattr(cast, role))
    assert client.get(INTO).status_code == 200
    assert client.send(INTO, MARTA).headers["Location"] == INTO
    (letter,) = letters("invitation")
    assert (letter.to_address, letter.language) == ("marta@example.org", "es")
    assert "Proyecto Ceiba" in letter.text
    assert "marta@example.org" in client.get(INTO).text


@pytest.mark.parametrize("role", ["outsider", "expert", "staff", "observer"])
def test_nobody_else_does(app, cast, sign_in, role):
    client = sign_in(getattr(cast, role))
    assert client.get(INTO).status_code == 403
    assert client.send(INTO, MARTA).status_code == 403
    assert invitations() == []


def test_a_member_invites_no_coordinator(app, cast, sign_in):
    sent = sign_in(cast.member).send(INTO, MARTA | {"role": "coordinator"})
    assert sent.status_code == 422
    assert "marta@example.org" in sent.text


def test_the_same_form_twice_invites_once(app, cast, sign_in, letters):
    client = sign_in(cast.coordinator)
    for _ in range(2):
        assert client.send(INTO, MARTA, key="k").status_code == 303
    assert len(letters("invitation")) == 1


def test_an_address_that_cannot_be_one_is_refused_and_kept(app, cast, sign_in):
    for wrong in (
        "marta",
        "marta@",
        "a@b",
        "a b@example.org",
        "a..b@x.org",
        "josé@x.org",
        "x" * 250 + "@example.org",
    ):
        sent = sign_in(cast.member).send(INTO, MARTA | {"email": wrong})
        assert sent.status_code == 422
        assert wrong in sent.text
    assert invitations() == []


def test_somebody_who_is_here_already_is_not_invited_again(app, cast, sign_in):
    sent = sign_in(cast.member).send(INTO, MARTA | {"email": "NEIGHBOUR@people.example"})
    assert sent.status_code == 422
    assert "already has an account" in sent.text


def test_without_an_address_the_link_is_shown_once(app, cast, sign_in, letters):
    client = sign_in(cast.member)
    sent = client.send(INTO, MARTA | {"email": ""}, key="k")
    assert sent.status_code == 200
    (link,) = LINK.findall(sent.text)
    assert sent.headers["Cache-Control"] == "no-store"
    assert letters() == []
    again = client.send(INTO, MARTA | {"email": ""}, key="k")
    assert again.status_code == 303
    assert link not in client.get(INTO).text
    assert len(invitations()) == 1


def test_who_joins_belongs_to_the_project_at_once(app, cast, sign_in):
    sent = sign_in(cast.coordinator).send(INTO, MARTA | {"email": "", "role": "coordinator"})
    person = join(LINK.findall(sent.text)[0])
    member = db.session.scalars(
        select(ProjectMember).where(ProjectMember.person_id == person.id)
    ).one()
    assert (member.side, member.role) == ("member", ProjectRole.COORDINATOR)
    assert "Marta" in names(cast)


def test_whom_an_operator_invites_waits_for_the_projects_word(app, cast, sign_in):
    sent = sign_in(cast.operator).send(INTO, MARTA | {"email": ""})
    join(LINK.findall(sent.text)[0])
    assert "Marta" not in names(cast)
    (waiting,) = invitations()
    door = f"/invitations/{waiting.public_id}/confirmation"
    for other in (cast.operator, cast.member, cast.outside_coordinator, cast.staff):
        assert sign_in(other).send(door).status_code == 404
    client = sign_in(cast.coordinator)
    assert "Marta" in client.get(INTO).text
    for _ in range(2):
        assert client.send(door).headers["Location"] == INTO
    assert names(cast).count("Marta") == 1


def test_whom_an_operator_makes_a_facilitator_lets_nobody_into_the_coalition(app, cast, sign_in):
    """An operator's hand, then that of who came by it: the third account waits outside."""
    task = MARTA | {"email": "", "side": "facilitator", "project": ""}
    sent = sign_in(cast.operator).send("/invitations/new", task)
    loose = join(LINK.findall(sent.text)[0])
    client, into = sign_in(loose), {"email": "", "role": "coordinator"}
    sent = client.send(INTO, MARTA | into)
    accounts.join(
        LINK.findall(sent.text)[0].rpartition("/")[2],
        name="Third",
        locale="es",
        timezone="America/Guatemala",
        password_hash="x",
        terms_version="1",
        handle="third",
    )
    db.session.commit()
    third = db.session.scalars(select(Person).where(Person.handle == "third")).one()
    assert not viewer(third).sees(cast.spaces["coalition"].id)
    door = f"/invitations/{invitations()[-1].public_id}/confirmation"
    assert client.send(door).status_code == 404
    assert sign_in(cast.facilitator).send(door).status_code == 303
    assert viewer(third).sees(cast.spaces["coalition"].id)


def test_an_invitation_is_taken_back_by_who_may(app, cast, sign_in):
    sign_in(cast.member).send(INTO, MARTA)
    (waiting,) = invitations()
    door = f"/invitations/{waiting.public_id}/revocation"
    for other in (cast.outsider, cast.staff, cast.observer):
        assert sign_in(other).send(door).status_code == 404
    client = sign_in(cast.coordinator)
    for _ in range(2):
        assert client.send(door).status_code == 303
    assert db.session.get_one(Invitation, waiting.id).revoked_at is not None
    assert "marta@example.org" not in client.get(INTO).text


def test_who_sent_one_sends_it_again_and_its_first_link_is_over(
    app, cast, sign_in, client, letters, clock_at
):
    clock_at("2026-03-01T12:00")
    sender = sign_in(cast.member)
    sender.send(INTO, MARTA)
    (waiting,) = invitations()
    door = f"/invitations/{waiting.public_id}/renewal"
    assert door in sender.get(INTO).text
    assert path_of(sender.send(door)) == INTO
    assert len(letters("invitation")) == 1  # it went a moment ago
    clock_at("2026-03-10T12:00")
    for _ in range(2):
        assert path_of(sender.send(door)) == INTO
    first, second = (LINK.findall(letter.text)[0] for letter in letters("invitation"))
    assert client.get(first.removeprefix("http://localhost")).status_code == 404
    clock_at("2026-03-20T12:00")
    assert client.get(second.removeprefix("http://localhost")).status_code == 200


def test_a_link_handed_over_is_made_anew_by_its_sender_alone(app, cast, sign_in, client):
    sender = sign_in(cast.coordinator)
    first = LINK.findall(sender.send(INTO, MARTA | {"email": ""}).text)[0]
    door = f"/invitations/{invitations()[0].public_id}/renewal"
    for other in (cast.operator, cast.facilitator, cast.member):
        client_of_other = sign_in(other)
        assert client_of_other.send(door).status_code == 403
        assert door not in client_of_other.get(INTO).text
    second = LINK.findall(sender.send(door).text)[-1]  # the first is the printed address
    assert client.get(first.removeprefix("http://localhost")).status_code == 404
    assert client.get(second.removeprefix("http://localhost")).status_code == 200


def test_one_taken_back_or_used_is_not_sent_again(app, cast, sign_in):
    sender = sign_in(cast.member)
    join(LINK.findall(sender.send(INTO, MARTA | {"email": ""}).text)[0])
    assert sender.send(f"/invitations/{invitations()[0].public_id}/renewal").status_code == 409
    sender.send(INTO, MARTA)
    door = f"/invitations/{invitations()[1].public_id}"
    sender.send(f"{door}/revocation")
    assert sender.send(f"{door}/renewal").status_code == 409


def test_who_facilitates_finds_there_whom_they_invited_into_projects(app, cast, sign_in):
    client = sign_in(cast.facilitator)
    client.send("/invitations/new", MARTA | {"side": "member", "project": "ceiba"})
    page = client.get("/invitations/new").text
    assert "marta@example.org" in page
    assert page.count("Proyecto Ceiba") == 2  # in the choice, and at the invitation
    sign_in(cast.member).send(INTO, MARTA | {"email": "otra@example.org"})
    assert "otra@example.org" not in client.get("/invitations/new").text
    taken = client.send(f"/invitations/{invitations()[0].public_id}/revocation")
    assert path_of(taken) == "/invitations/new"


def test_one_that_was_used_is_not_taken_back(app, cast, sign_in):
    client = sign_in(cast.member)
    sent = client.send(INTO, MARTA | {"email": ""})
    join(LINK.findall(sent.text)[0])
    sent = client.send(f"/invitations/{invitations()[0].public_id}/revocation")
    assert sent.status_code == 409
    assert "has joined by this invitation already" in sent.text


# --- to other tasks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "side"),
    [
        ("facilitator", "expert"),
        ("facilitator", "observer"),
        ("facilitator", "facilitator"),
        ("staff", "staff"),
        ("operator", "staff"),
        ("operator", "facilitator"),
    ],
)
def test_each_invites_to_the_tasks_that_are_theirs_to_give(app, cast, sign_in, letters, role, side):
    client = sign_in(getattr(cast, role))
    fields = MARTA | {"side": side, "project": ""}
    assert client.send("/invitations/new", fields).status_code == 303
    assert str(invitations()[0].side) == side
    assert len(letters("invitation")) == 1
    assert "marta@example.org" in client.get("/invitations/new").text


@pytest.mark.parametrize(
    ("role", "side"), [("facilitator", "staff"), ("staff", "member"), ("staff", "facilitator")]
)
def test_no_other_task_is_on_offer(app, cast, sign_in, role, side):
    sent = sign_in(getattr(cast, role)).send("/invitations/new", MARTA | {"side": side})
    assert sent.status_code == 422
    assert invitations() == []


@pytest.mark.parametrize("role", ["member", "coordinator", "expert", "observer"])
def test_the_page_for_all_tasks_is_not_for_projects_and_guests(app, cast, sign_in, role):
    assert sign_in(getattr(cast, role)).get("/invitations/new").status_code == 403


def test_somebody_of_a_project_is_invited_into_one(app, cast, sign_in):
    client = sign_in(cast.facilitator)
    fields = MARTA | {"side": "member"}
    refused = client.send("/invitations/new", fields | {"project": ""})
    assert refused.status_code == 422
    assert "Please choose the project" in refused.text
    assert client.send("/invitations/new", fields | {"project": "ceiba"}).status_code == 303
    assert invitations()[0].project_id == cast.projects["ceiba"].id


def test_a_project_means_nothing_for_other_tasks(app, cast, sign_in):
    fields = MARTA | {"side": "expert", "project": "ceiba"}
    sign_in(cast.facilitator).send("/invitations/new", fields)
    assert invitations()[0].project_id is None


def test_staff_see_nobody_elses_invitations(app, cast, sign_in):
    sign_in(cast.facilitator).send("/invitations/new", MARTA | {"side": "expert", "project": ""})
    assert "marta@example.org" not in sign_in(cast.staff).get("/invitations/new").text


# --- a link to a new password -----------------------------------------------------------------


@pytest.mark.parametrize("role", ["facilitator", "coordinator"])
def test_a_link_to_a_new_password_is_handed_over_and_shown_once(app, cast, sign_in, role):
    client, page = sign_in(getattr(cast, role)), f"/people/{cast.member.public_id}"
    assert "Make a link" in client.get(page).text
    sent = client.send(f"{page}/reset-link")
    (link,) = LINK.findall(sent.text)
    accounts.reset_password(link.rpartition("/")[2], password_hash="new")
    assert db.session.get_one(Person, cast.member.id).password_hash == "new"


@pytest.mark.parametrize(
    "role", ["delegate", "outside_coordinator", "staff", "expert", "loose_facilitator"]
)
def test_nobody_else_hands_such_a_link_over(app, cast, sign_in, role):
    client, page = sign_in(getattr(cast, role)), f"/people/{cast.member.public_id}"
    assert "Make a link" not in client.get(page).text
    assert client.send(f"{page}/reset-link").status_code == 403


def test_staff_and_operators_get_none(app, cast, sign_in):
    for person in (cast.staff, cast.operator):
        sent = sign_in(cast.facilitator).send(f"/people/{person.public_id}/reset-link")
        assert sent.status_code == 403
