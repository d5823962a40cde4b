import pytest

from forum.directory import policy
from tests.people import viewer


@pytest.mark.parametrize("role", ["member", "delegate", "expert", "facilitator", "staff"])
def test_people_of_the_network_see_who_is_in_it(app, cast, role):
    assert policy.can_see_people(viewer(getattr(cast, role)))


@pytest.mark.parametrize("role", ["observer", "operator"])
def test_observers_do_not_see_people_nor_does_an_operator_by_that_task(app, cast, role):
    assert not policy.can_see_people(viewer(getattr(cast, role)))
    assert not policy.can_see_people(viewer(None))


@pytest.mark.parametrize("role", ["facilitator", "operator"])
def test_facilitators_and_operators_add_projects(app, cast, role):
    assert policy.can_add_project(viewer(getattr(cast, role)))


@pytest.mark.parametrize("role", ["coordinator", "staff", "expert", "observer"])
def test_nobody_else_adds_projects(app, cast, role):
    assert not policy.can_add_project(viewer(getattr(cast, role)))


@pytest.mark.parametrize("rule", [policy.can_edit_project, policy.can_manage_members])
def test_a_project_is_looked_after_by_its_coordinators_and_who_facilitates(app, cast, rule):
    ceiba = cast.projects["ceiba"]
    assert rule(viewer(cast.coordinator), ceiba)
    assert rule(viewer(cast.facilitator), ceiba)


@pytest.mark.parametrize("rule", [policy.can_edit_project, policy.can_manage_members])
@pytest.mark.parametrize("role", ["member", "delegate", "outside_coordinator", "staff", "operator"])
def test_a_project_is_looked_after_by_nobody_else(app, cast, rule, role):
    assert not rule(viewer(getattr(cast, role)), cast.projects["ceiba"])


def test_experts_alone_keep_a_profile(app, cast):
    assert policy.can_keep_profile(viewer(cast.expert))
    for role in ("member", "facilitator", "staff", "observer"):
        assert not policy.can_keep_profile(viewer(getattr(cast, role)))


def test_facilitating_elsewhere_says_nothing_about_who_belongs_to_a_coalitions_project(app, cast):
    loose = viewer(cast.loose_facilitator)
    assert not policy.can_manage_members(loose, cast.projects["ceiba"])
    assert policy.can_manage_members(loose, cast.projects["monte-lejano"])
