"""One sentence per rule: who invites, hands over links, suspends."""

import pytest

from forum.accounts import policy
from forum.accounts.sides import Side
from tests.people import viewer

OTHERS = [Side.MEMBER, Side.FACILITATOR, Side.EXPERT, Side.OBSERVER]


def test_facilitators_invite_everyone_but_staff(cast, app):
    acting = viewer(cast.facilitator)
    assert all(policy.can_invite(acting, side) for side in OTHERS)
    assert not policy.can_invite(acting, Side.STAFF)


def test_staff_invite_staff_only(cast, app):
    acting = viewer(cast.staff)
    assert policy.can_invite(acting, Side.STAFF)
    assert not any(policy.can_invite(acting, side) for side in OTHERS)


def test_operators_invite_everyone(cast, app):
    assert all(policy.can_invite(viewer(cast.operator), side) for side in Side)


def test_members_invite_into_their_own_project_only(cast, app):
    own, other = cast.projects["ceiba"].id, cast.projects["encinos"].id
    acting = viewer(cast.member)
    assert policy.can_invite(acting, Side.MEMBER, into=own)
    assert not policy.can_invite(acting, Side.MEMBER, into=other)
    assert not policy.can_invite(acting, Side.MEMBER)
    assert not policy.can_invite(acting, Side.EXPERT, into=own)


def test_only_a_coordinator_invites_a_coordinator(cast, app):
    own = cast.projects["ceiba"].id
    asked = {"into": own, "role": "coordinator"}
    assert policy.can_invite(viewer(cast.coordinator), Side.MEMBER, **asked)
    assert policy.can_invite(viewer(cast.facilitator), Side.MEMBER, **asked)
    refusal = policy.can_invite(viewer(cast.member), Side.MEMBER, **asked)
    assert not refusal
    assert "coordinator" in refusal.reason


@pytest.mark.parametrize("role", ["expert", "observer"])
def test_others_invite_nobody(cast, app, role):
    acting = viewer(getattr(cast, role))
    assert policy.invitable_sides(acting) == []
    assert not any(policy.can_invite(acting, side) for side in Side)


def test_whoever_sent_an_invitation_takes_it_back(cast, app):
    asked = {"side": Side.MEMBER, "project_id": cast.projects["ceiba"].id}
    sent = {"invited_by_id": cast.facilitator.id, **asked}
    assert policy.can_revoke_invitation(viewer(cast.facilitator), **sent)
    assert policy.can_revoke_invitation(viewer(cast.member), **sent)
    assert not policy.can_revoke_invitation(viewer(cast.neighbour), **sent)
    assert not policy.can_revoke_invitation(viewer(None), invited_by_id=None, **asked)


def test_an_operators_invitation_into_a_project_needs_the_projects_word(cast, app):
    project = cast.projects["ceiba"].id
    assert not policy.confirms_by_inviting(viewer(cast.operator), project)
    assert policy.confirms_by_inviting(viewer(cast.member), project)
    assert policy.confirms_by_inviting(viewer(cast.facilitator), project)
    assert policy.can_confirm_joining(viewer(cast.coordinator), project)
    assert policy.can_confirm_joining(viewer(cast.facilitator), project)
    for somebody in (cast.operator, cast.staff, cast.member, cast.outside_coordinator):
        assert not policy.can_confirm_joining(viewer(somebody), project)


def test_a_facilitator_vouches_for_a_coalitions_project_only_from_inside(cast, app):
    loose = viewer(cast.loose_facilitator)
    ceiba, outside = cast.projects["ceiba"].id, cast.projects["monte-lejano"].id
    assert not policy.confirms_by_inviting(loose, ceiba)
    assert not policy.can_confirm_joining(loose, ceiba)
    assert policy.confirms_by_inviting(loose, outside)
    assert policy.can_confirm_joining(loose, outside)


def test_nobody_from_outside_hands_a_link_to_who_is_in_a_coalition(cast, app):
    loose = viewer(cast.loose_facilitator)
    for somebody in (cast.delegate, cast.member, cast.neighbour, cast.facilitator):
        refusal = policy.can_issue_reset_link(loose, somebody, in_own_project=False)
        assert not refusal
        assert "in a coalition" in refusal.reason
    for somebody in (cast.outsider, cast.expert, cast.observer):
        assert policy.can_issue_reset_link(loose, somebody, in_own_project=False)


def test_facilitators_hand_a_link_to_anyone_but_staff_and_operators(cast, app):
    acting = viewer(cast.facilitator)
    for somebody in (cast.member, cast.expert, cast.observer, cast.delegate):
        assert policy.can_issue_reset_link(acting, somebody, in_own_project=False)
    for somebody in (cast.staff, cast.operator, cast.facilitator):
        assert not policy.can_issue_reset_link(acting, somebody, in_own_project=False)


def test_coordinators_hand_a_link_to_their_own_people(cast, app):
    acting = viewer(cast.coordinator)
    assert policy.can_issue_reset_link(acting, cast.member, in_own_project=True)
    assert not policy.can_issue_reset_link(acting, cast.neighbour, in_own_project=False)


@pytest.mark.parametrize("role", ["member", "expert", "staff", "operator", "observer"])
def test_nobody_else_hands_over_a_link(cast, app, role):
    acting = viewer(getattr(cast, role))
    assert not policy.can_issue_reset_link(acting, cast.delegate, in_own_project=True)


def test_only_operators_suspend_and_change_sides_and_never_themselves(cast, app):
    for rule in (policy.can_suspend, policy.can_change_side):
        assert rule(viewer(cast.operator), cast.member)
        assert not rule(viewer(cast.operator), cast.operator)
        for role in ("facilitator", "staff", "coordinator", "observer"):
            assert not rule(viewer(getattr(cast, role)), cast.member)
