"""Who may do what with members and proposals: one sentence a rule (PRODUCT section 2)."""

from pathlib import Path

import pytest

from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.policy import members as members_policy
from forum.coalition.policy import proposals as policy
from forum.coalition.queries.members import speaks_for
from tests.factories import coalition as make
from tests.people import viewer

EVERYBODY = (
    "observer expert outsider member coordinator delegate alternate facilitator "
    "loose_facilitator staff operator"
).split()
OF_CEIBA = {"member", "coordinator", "delegate", "alternate"}


def allowed(cast, rule):
    """Who of the cast the rule allows; `rule` takes a viewer and what they speak for."""
    asked = {name: viewer(getattr(cast, name)) for name in EVERYBODY}
    asked["encinos"] = viewer(cast.delegates["encinos"])
    asked["visitor"] = viewer(None)
    return {name for name, v in asked.items() if rule(v, speaks_for(v, cast.coalition.id))}


def test_people_of_member_projects_draft(app, cast):
    space = cast.spaces["coalition"].id
    assert allowed(cast, lambda v, _s: policy.can_draft(v, space)) == OF_CEIBA | {"encinos"}


def test_the_author_or_the_proposing_projects_delegate_proposes(app, cast):
    row = make.row(make.discussed(cast, cast.member), cast.member)
    proposers = {"member", "delegate", "alternate"}
    assert allowed(cast, lambda v, s: policy.is_proposer(v, row, s)) == proposers
    assert allowed(cast, lambda v, s: policy.can_edit(v, row, s)) == proposers
    assert allowed(cast, lambda v, s: policy.can_withdraw(v, row, s)) == proposers


def test_an_author_whose_project_left_proposes_no_more(app, cast):
    from forum.coalition.actions.members import take_project_out

    row = make.row(make.discussed(cast, cast.member), cast.member)
    found, ceiba = make.coalition(cast), cast.projects["ceiba"].id
    take_project_out(viewer(cast.facilitator), found, ceiba)
    assert allowed(cast, lambda v, s: policy.is_proposer(v, row, s)) == set()


def test_delegates_of_other_member_projects_cosponsor(app, cast):
    row = make.row(make.discussed(cast), cast.member)
    assert allowed(cast, lambda v, s: policy.can_cosponsor(v, row, s)) == {"encinos"}


def test_nobody_cosponsors_a_draft(app, cast):
    row = make.row(make.draft(cast), cast.delegate)
    assert allowed(cast, lambda v, s: policy.can_cosponsor(v, row, s)) == set()


def test_the_proposer_or_who_facilitates_here_submits_what_is_adopted(app, cast):
    row = make.row(make.adopted(cast), cast.member)
    who = {"delegate", "alternate", "facilitator"}
    assert allowed(cast, lambda v, s: policy.can_submit(v, row, s)) == who


def test_only_the_coalition_sees_versions_whatever_the_proposal_is_read_by(app, cast):
    row = make.row(make.submitted(cast), cast.staff)
    inside = OF_CEIBA | {"encinos", "facilitator"}
    assert allowed(cast, lambda v, _s: policy.can_see_versions(v, row)) == inside


def test_a_delegate_or_who_facilitates_here_admits(app, cast):
    found = make.coalition(cast)
    who = {"delegate", "alternate", "encinos", "facilitator"}
    assert allowed(cast, lambda v, s: members_policy.can_admit(v, found, s)) == who


def test_a_projects_coordinator_or_who_facilitates_here_names_its_delegate(app, cast):
    found, ceiba = make.coalition(cast), cast.projects["ceiba"].id
    for rule in (members_policy.can_name_delegates, members_policy.can_take_out):
        assert allowed(cast, lambda v, _s, r=rule: r(v, found, ceiba)) == {
            "coordinator",
            "facilitator",
        }


def test_every_refusal_says_why(app, cast):
    row, nobody = make.row(make.discussed(cast), cast.member), viewer(cast.staff)
    for rule in (policy.is_proposer, policy.is_supporter, policy.is_submitter, policy.can_submit):
        assert rule(nobody, row, frozenset()).reason.endswith(".")


@pytest.mark.parametrize("status", ProposalStatus)
def test_every_status_has_its_badge(app, status):
    badge = Path(f"templates/coalition/status/{status}.html").read_text(encoding="utf-8")
    assert "ui.state(" in badge
