"""Joining by an invitation."""

import re

import pytest
from sqlalchemy import func, select

from forum.accounts import actions
from forum.accounts.models import Invitation, Person, TermsAcceptance
from forum.db import db
from forum.directory.models import Project, ProjectMember, ProjectRole
from forum.lib import clock
from forum.lib.permission import WrongState
from forum.web.settings import settings
from tests.accounts.conftest import JOINING, NEW, path, token
from tests.browserless import path_of
from tests.people import viewer

pytestmark = pytest.mark.both_databases


def rosa():
    return db.session.scalars(select(Person).where(Person.email == "rosa@people.example")).one()


def test_the_page_says_who_invites_and_as_what(cast, client):
    made = actions.invite(viewer(cast.facilitator), email="rosa@people.example", side="expert")
    page = client.get(path(made.url))
    assert f"{cast.facilitator.name} invites you to this forum, as an expert." in page.text


def test_the_page_offers_the_hour_of_the_project_and_names_it(cast, client):
    ceiba = db.session.get(Project, cast.projects["ceiba"].id)
    ceiba.country = "MX"
    made = actions.invite(
        viewer(cast.coordinator), email="rosa@people.example", side="member", project_id=ceiba.id
    )
    page = client.get(path(made.url)).text
    assert re.search(r"<option[^>]*selected[^>]*>Mexico, Mexico City", page)
    assert "(Mexico City time)" in page


def test_the_page_speaks_the_language_of_the_invitation(client, invited):
    made = invited(locale="es")
    assert '<html lang="es">' in client.get(path(made.url)).text
    client.send("/language", language="en", next="/")
    assert '<html lang="en">' in client.get(path(made.url)).text


def test_joining_makes_a_person_and_signs_in(client, invited):
    made = invited(side="observer")
    answer = client.send(path(made.url), JOINING)
    assert answer.status_code == 303
    person = rosa()
    assert (person.name, person.side, person.locale, person.timezone) == (
        "Rosa Ixmatá",
        "observer",
        "es",
        "America/Guatemala",
    )
    assert NEW not in person.password_hash
    assert client.get("/me").status_code == 200


def test_the_version_of_the_terms_is_kept(app, client, invited):
    client.send(path(invited().url), JOINING)
    accepted = db.session.scalars(select(TermsAcceptance)).one()
    assert (accepted.person_id, accepted.version) == (rosa().id, settings().terms_version)


def test_joining_is_recorded_without_words(client, invited, events):
    client.send(path(invited().url), JOINING)
    (event,) = events("person.joined")
    assert event.actor_id == rosa().id
    assert "Rosa" not in str(event.particulars)
    assert NEW not in str(event.particulars)


def test_into_a_project_one_belongs_to_it(cast, client):
    ceiba = cast.projects["ceiba"].id
    made = actions.invite(
        viewer(cast.coordinator),
        email="rosa@people.example",
        side="member",
        project_id=ceiba,
        role="coordinator",
    )
    client.send(path(made.url), JOINING)
    member = db.session.scalars(
        select(ProjectMember).where(ProjectMember.person_id == rosa().id)
    ).one()
    assert (member.project_id, member.role) == (ceiba, ProjectRole.COORDINATOR)


def test_a_link_works_once(client, app, invited):
    made = invited()
    client.send(path(made.url), JOINING)
    other = app.test_client()
    assert other.get(path(made.url)).status_code == 404
    again = other.send(path(made.url), {**JOINING, "new_password": "algo muy distinto"})
    assert again.status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_pressing_twice_signs_in_and_makes_one_person(client, app, invited, row_counts):
    made = invited()
    client.send(path(made.url), JOINING)
    before = row_counts()
    dropped = app.test_client()  # the first answer never arrived
    answer = dropped.send(path(made.url), JOINING)
    assert answer.status_code == 303
    assert dropped.get("/me").status_code == 200
    assert row_counts() == {**before, "signed_in": before["signed_in"] + 1}


def test_sent_again_by_who_has_joined_it_says_that_the_invitation_is_over(
    client, invited, with_tokens, row_counts
):
    made = invited(locale="en")
    with client.session_transaction() as before_joining:
        before_joining["csrf_token"] = "of-the-session-before"
    stale = client.csrf_token()
    joining = {**JOINING, "locale": "en", "csrf_token": stale}
    assert client.post(path(made.url), data=joining).status_code == 303
    before = row_counts()
    answer = client.post(path(made.url), data=joining)
    assert answer.status_code == 404
    assert "This invitation is no longer valid" in answer.text
    assert "Your text is below" not in answer.text
    assert row_counts() == before


def test_what_ran_out_while_the_form_was_open_says_so_whatever_its_token(
    client, invited, with_tokens, clock_at
):
    start = clock_at("2026-03-01T12:00")
    made = invited(locale="en")
    clock_at(start + actions.INVITATION_LASTS)
    answer = client.post(path(made.url), data={**JOINING, "csrf_token": "of another session"})
    assert answer.status_code == 404
    assert "This invitation is no longer valid" in answer.text


def test_at_the_same_moment_one_link_makes_one_person(race, cast, invited):
    """On paper, so that no unique address helps: the invitation's row is what they wait for."""
    made = invited(None, side="member", project_id=cast.projects["ceiba"].id, role="member")

    def join(i):
        person = actions.join(
            token(made.url),
            name="Rosa",
            handle=f"rosa{i}",
            locale="es",
            timezone="UTC",
            password_hash="-",
            terms_version="1",
        )
        db.session.commit()
        return person

    results = race(8, join)
    assert sum(isinstance(one, Person) for one in results) == 1
    assert sum(isinstance(one, WrongState) for one in results) == 7
    assert db.session.scalar(select(func.count()).where(Person.name == "Rosa")) == 1


def test_a_link_runs_out_after_two_weeks(client, invited, clock_at):
    start = clock_at("2026-03-01T12:00")
    made = invited()
    clock_at(start + actions.INVITATION_LASTS)
    assert client.get(path(made.url)).status_code == 404
    assert client.send(path(made.url), JOINING).status_code == 404


def test_what_never_was_answers_like_what_is_over(client, invited, clock_at):
    start = clock_at("2026-03-01T12:00")
    made = invited()
    clock_at(start + actions.INVITATION_LASTS)
    over, never = client.get(path(made.url)), client.get("/invitations/never-was")
    assert over.status_code == never.status_code == 404
    assert over.text.replace(path(made.url), "") == never.text.replace("/invitations/never-was", "")


def test_looking_uses_nothing_up(client, invited, row_counts):
    made = invited()
    before = row_counts()
    client.get(path(made.url))
    client.head(path(made.url))
    assert row_counts() == before
    assert client.send(path(made.url), JOINING).status_code == 303


def test_other_invitations_to_the_same_address_end(client, app, invited):
    first, second = invited(), invited(side="expert")
    client.send(path(first.url), JOINING)
    assert app.test_client().get(path(second.url)).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Please fill in this field."),
        ("new_password", "short", "At least 10 characters"),
        ("new_password", "contraseña123", "one of the first that others would try"),
        ("new_password", "rosa@people.example", "not your own name or address"),
        ("terms", None, "you need to accept the terms"),
        ("timezone", "Mars/Olympus", "one of the options"),
        ("locale", "tlh", "one of the options"),
    ],
)
def test_what_does_not_fit_comes_back_with_the_rest(
    client, invited, row_counts, field, value, said
):
    made = invited(locale="en")
    before = row_counts()
    answer = client.send(path(made.url), {**JOINING, field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert field == "name" or "Rosa Ixmatá" in answer.text
    assert NEW not in answer.text
    assert row_counts() == before


def test_without_an_address_one_signs_in_by_a_name(cast, app, client, invited):
    made = invited(
        None, side="member", project_id=cast.projects["ceiba"].id, role="member", locale="en"
    )
    assert "Sign-in name" in client.get(path(made.url)).text
    assert client.send(path(made.url), JOINING).status_code == 422
    assert client.send(path(made.url), JOINING, handle="José27").status_code == 303
    other = app.test_client()
    answer = other.send("/sign-in", email="JOSE27", password=NEW, next="/me")
    assert path_of(answer) == "/me"
    assert "jose27" in other.get("/me").text


def test_a_name_to_sign_in_with_is_taken_once(cast, app, invited):
    into = {"side": "member", "project_id": cast.projects["ceiba"].id, "role": "member"}
    one, other = invited(None, **into), invited(None, locale="en", **into)
    app.test_client().send(path(one.url), JOINING, handle="jose")
    answer = app.test_client().send(path(other.url), JOINING, handle="jose")
    assert answer.status_code == 422
    assert "Somebody else signs in with this name" in answer.text


def test_the_sign_in_name_of_someone_with_an_address_is_ignored(client, invited):
    client.send(path(invited().url), JOINING, handle="smuggled")
    assert rosa().handle is None


def test_the_terms_are_there_in_both_languages(client):
    assert "What is kept" in client.get("/terms").text
    assert client.get("/terms", headers={"Accept-Language": "es"}).status_code == 200
    assert settings().terms_version in client.get("/terms").text


def test_nobody_chooses_a_side_for_themselves(client, invited):
    made = invited(side="observer")
    client.send(path(made.url), JOINING, side="staff", is_operator="y")
    assert rosa().side == "observer"
    assert not rosa().is_operator


def test_the_moment_of_acceptance_is_kept(client, invited, clock_at):
    now = clock_at("2026-03-01T12:00")
    client.send(path(invited().url), JOINING)
    assert db.session.scalars(select(Invitation)).one().accepted_at == now == clock.now()


def test_every_page_leads_to_the_terms(client):
    assert "/terms" in client.get("/sign-in").text
