"""Projects: their cards, who belongs to them, and who sees that."""

import time

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.db import db
from forum.directory import actions
from forum.directory.models import Project, ProjectMember, ProjectRole
from forum.directory.queries import members_of, project_or_404
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.web.forms import Stale
from tests.factories.directory import a_project
from tests.people import viewer

CARD = {
    "name": "Loma Verde",
    "aliases": "Loma, Lomita",
    "country": "PE",
    "coordinator": "Asociación Loma",
    "lifecycle": "pipeline",
    "summary": "Familias que reforestan.",
    "language": "es",
    "source_url": "https://example.org/loma",
}


def verbs():
    return list(db.session.scalars(select(Event.verb).order_by(Event.id)))


def ceiba():
    return project_or_404("ceiba")


def person(somebody):
    return db.session.get_one(Person, somebody.id)


def member_names(cast):
    return [m.name for m in members_of(viewer(cast.facilitator), ceiba().id)]


# --- cards ----------------------------------------------------------------------------------------


def test_cards_are_public_and_demonstration_is_marked(app, cast, client):
    a_project(db.session, cast.region, is_demo=False, coordinator="Asociación Loma")
    page = client.get("/projects").text
    assert page.index("Loma Verde") < page.index("Projects of the demonstration")
    assert page.index("Projects of the demonstration") < page.index("Yerba Alta")
    card = client.get("/projects/ceiba").text
    assert "Proyecto Ceiba trabaja con familias campesinas." in card
    assert "Demonstration" in card
    assert "Guatemala" in card


def test_a_card_says_its_language_and_where_it_can_be_checked(app, cast, client):
    a_project(db.session, cast.region, language="qu", source_url="https://example.org/loma")
    card = client.get("/projects/loma-verde").text
    assert 'lang="qu"' in card
    assert 'href="https://example.org/loma"' in card


def test_a_projects_people_are_shown_to_the_network_alone(app, cast, client, sign_in):
    assert "Coordinator" in sign_in(cast.outsider).get("/projects/ceiba").text
    for other in (client, sign_in(cast.observer), sign_in(cast.operator)):
        assert "/people/" not in other.get("/projects/ceiba").text


def test_suspended_people_are_not_listed(app, cast):
    assert "Suspended" not in member_names(cast)
    assert member_names(cast)[0] == "Coordinator"


def test_facilitators_and_operators_add_a_project_once(app, cast, sign_in):
    client = sign_in(cast.operator)
    for _ in range(2):
        sent = client.send("/projects/new", CARD | {"region": "latin-america"}, key="k")
        assert sent.headers["Location"] == "/projects/loma-verde"
    made = db.session.scalars(select(Project).where(Project.slug == "loma-verde")).one()
    assert (made.aliases, str(made.lifecycle)) == (["Loma", "Lomita"], "pipeline")
    assert verbs() == ["project.added"]


def test_two_projects_of_one_name_have_two_addresses(app, cast, sign_in):
    client = sign_in(cast.facilitator)
    places = [
        client.send("/projects/new", CARD | {"region": "latin-america", "name": "New"})
        for _ in range(2)
    ]
    assert [p.headers["Location"] for p in places] == ["/projects/new-2", "/projects/new-3"]


def test_others_add_no_project(app, cast, sign_in):
    sent = sign_in(cast.coordinator).send("/projects/new", CARD | {"region": "latin-america"})
    assert sent.status_code == 403


@pytest.mark.both_databases
def test_a_coordinator_changes_the_own_card_and_not_anothers(app, cast):
    card = {"name": "Ceiba", "summary": "Otra cosa", "lifecycle": None}
    held = actions.edit_project(viewer(cast.coordinator), ceiba(), version=1, **card)
    assert (held.name, held.slug, held.version) == ("Ceiba", "ceiba", 2)
    assert verbs() == ["project.edited"]
    with pytest.raises(Forbidden):
        actions.edit_project(viewer(cast.outside_coordinator), ceiba(), version=2, **card)


def test_a_card_somebody_else_changed_says_so(app, cast):
    actions.edit_project(viewer(cast.coordinator), ceiba(), version=1, summary="Primero")
    with pytest.raises(Stale) as stale:
        actions.edit_project(viewer(cast.facilitator), ceiba(), version=1, summary="Segundo")
    assert stale.value.texts["summary"] == "Primero"


def test_the_form_of_a_stale_card_shows_both_texts(app, cast, sign_in):
    client = sign_in(cast.coordinator)
    fields = CARD | {"version": 1}
    assert client.send("/projects/ceiba/edit", fields).status_code == 303
    stale = client.send("/projects/ceiba/edit", fields | {"summary": "Mi texto"})
    assert stale.status_code == 409
    assert "Familias que reforestan." in stale.text
    assert "Mi texto" in stale.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("country", "XX"),
        ("lifecycle", "retired"),
        ("source_url", "javascript:alert(1)"),
        ("summary", "x" * 3001),
        ("language", "??"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_text_kept(app, cast, sign_in, field, value):
    sent = sign_in(cast.coordinator).send(
        "/projects/ceiba/edit", CARD | {"version": 1, "coordinator": "Keep me", field: value}
    )
    assert sent.status_code == 422
    assert "Keep me" in sent.text
    assert ceiba().version == 1


def test_a_card_without_a_known_lifecycle_can_be_kept(app, cast, sign_in):
    sent = sign_in(cast.coordinator).send(
        "/projects/ceiba/edit", CARD | {"version": 1, "lifecycle": ""}
    )
    assert sent.status_code == 303
    assert ceiba().lifecycle is None


# --- who belongs ----------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_who_joined_is_told_to_the_ledger(app, cast):
    newcomer = person(cast.outsider)
    actions.add_member(None, ceiba().id, newcomer)
    db.session.flush()
    event = db.session.scalars(select(Event).where(Event.verb == "project.member_joined")).one()
    assert event.particulars["person"] == newcomer.id


def test_belonging_twice_is_once(app, cast):
    new = person(cast.outsider)
    first = actions.add_member(cast.facilitator.id, ceiba().id, new)
    second = actions.add_member(cast.facilitator.id, ceiba().id, new)
    assert first is second
    assert (first.side, first.role) == ("member", ProjectRole.MEMBER)
    assert verbs() == ["project.member_joined"]


@pytest.mark.parametrize("role", ["staff", "expert", "facilitator", "observer"])
def test_people_of_other_sides_belong_to_no_project(app, cast, role):
    with pytest.raises(Refused):
        actions.add_member(cast.facilitator.id, ceiba().id, person(getattr(cast, role)))


@pytest.mark.both_databases
def test_the_database_refuses_staff_in_a_project(app, cast):
    db.session.add(
        ProjectMember(
            project_id=ceiba().id, person_id=cast.staff.id, side="member", role=ProjectRole.MEMBER
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_membership_ends_and_frees_the_side(app, cast):
    ended = actions.end_membership(viewer(cast.coordinator), ceiba(), cast.member.id)
    assert ended.until is not None
    assert ended.side is None
    assert "Member" not in member_names(cast)
    assert verbs() == ["project.member_left"]


def test_ending_twice_is_harmless(app, cast):
    actions.end_membership(viewer(cast.coordinator), ceiba(), cast.member.id)
    assert actions.end_membership(viewer(cast.coordinator), ceiba(), cast.member.id) is None
    assert verbs() == ["project.member_left"]


def test_everybody_may_leave_and_nobody_sends_others_away(app, cast):
    actions.end_membership(viewer(cast.member), ceiba(), cast.member.id)
    with pytest.raises(Forbidden):
        actions.end_membership(viewer(cast.delegate), ceiba(), cast.alternate.id)
    with pytest.raises(Forbidden):
        actions.end_membership(viewer(cast.outside_coordinator), ceiba(), cast.delegate.id)


def test_a_member_leaves_by_the_button_on_the_projects_page(app, cast, sign_in):
    client = sign_in(cast.member)
    door = f"/projects/ceiba/members/{cast.member.public_id}/departure"
    assert door in client.get("/projects/ceiba").text
    assert client.send(door).headers["Location"] == "/projects/ceiba"
    assert door not in client.get("/projects/ceiba").text
    assert "Leave this project" not in sign_in(cast.outsider).get("/projects/ceiba").text


def test_the_last_coordinator_stays_while_there_are_members(app, cast):
    with pytest.raises(WrongState):
        actions.end_membership(viewer(cast.coordinator), ceiba(), cast.coordinator.id)
    with pytest.raises(WrongState):
        actions.set_role(viewer(cast.facilitator), ceiba(), cast.coordinator.id, ProjectRole.MEMBER)


@pytest.mark.both_databases
@pytest.mark.parametrize("by", ["role", "departure"])
def test_two_coordinators_who_step_down_at_once_do_not_leave_it_alone(
    app, cast, race, monkeypatch, by
):
    pair = [cast.coordinator, cast.member]
    actions.set_role(viewer(pair[0]), ceiba(), pair[1].id, ProjectRole.COORDINATOR)
    db.session.commit()

    count = actions._keep_coordinated

    def count_slowly(member):
        count(member)
        time.sleep(0.3)  # the other one counts meanwhile, if it can

    def step_down(i):
        if by == "role":
            actions.set_role(viewer(pair[i]), ceiba(), pair[i].id, ProjectRole.MEMBER)
        else:
            actions.end_membership(viewer(pair[i]), ceiba(), pair[i].id)
        db.session.commit()

    monkeypatch.setattr(actions, "_keep_coordinated", count_slowly)
    outcomes = race(2, step_down)
    assert sorted(isinstance(one, WrongState) for one in outcomes) == [False, True], outcomes


@pytest.mark.both_databases
def test_projects_of_one_name_added_at_once_have_an_address_each(app, cast, race):
    def add(_i):
        made = actions.add_project(
            viewer(cast.facilitator), region="latin-america", name="Loma Verde", country="PE"
        )
        db.session.commit()
        return made.slug

    assert sorted(race(3, add)) == ["loma-verde", "loma-verde-2", "loma-verde-3"]


def test_a_role_changes_and_is_recorded_once(app, cast):
    for _ in range(2):
        actions.set_role(viewer(cast.coordinator), ceiba(), cast.member.id, ProjectRole.COORDINATOR)
    assert verbs() == ["project.role_changed"]
    event = db.session.scalars(select(Event)).one()
    assert event.particulars["role"] == "coordinator"


def test_a_member_gives_no_roles(app, cast):
    with pytest.raises(Forbidden):
        actions.set_role(viewer(cast.member), ceiba(), cast.member.id, ProjectRole.COORDINATOR)


def test_the_page_of_members_changes_roles_and_ends_memberships(app, cast, sign_in):
    client, base = sign_in(cast.coordinator), "/projects/ceiba/members"
    assert "Make coordinator" in client.get(base).text
    sent = client.send(f"{base}/{cast.member.public_id}/role", role="coordinator")
    assert (sent.status_code, sent.headers["Location"]) == (303, base)
    assert client.send(f"{base}/{cast.member.public_id}/departure").status_code == 303
    assert "Member" not in member_names(cast)


def test_a_departure_that_is_refused_says_why(app, cast, sign_in):
    sent = sign_in(cast.coordinator).send(
        f"/projects/ceiba/members/{cast.coordinator.public_id}/departure"
    )
    assert sent.status_code == 409
    assert "Please name another person first." in sent.text


def test_the_page_of_members_is_for_who_looks_after_it(app, cast, client, sign_in):
    assert client.get("/projects/ceiba/members").status_code == 404
    assert sign_in(cast.observer).get("/projects/ceiba/members").status_code == 404
    assert sign_in(cast.member).get("/projects/ceiba/members").status_code == 403
